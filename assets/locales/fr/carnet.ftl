# carnet en français. Les mêmes identifiants existent dans en/carnet.ftl (un test y veille).
# Une espace insécable précède : ; ! ? % (U+00A0).

## Refus et pannes
failure-denied = Votre rôle ne permet pas cette action. Demandez à l’administrateur du carnet.
failure-internal = Une erreur de carnet a empêché cette action. Rien n’est perdu. Donnez ce numéro à l’administrateur : { $id }.
failure-wrong-login = Le nom ou le mot de passe est faux, ou le compte est fermé. Essayez encore, ou adressez-vous à l’administrateur.
failure-session-over = Votre session est terminée. Entrez de nouveau votre mot de passe ; rien de ce que vous avez tapé n’est perdu.
failure-password-must-change = Ce mot de passe vous a été donné par quelqu’un d’autre. Choisissez-en un nouveau pour continuer.
failure-field = { $field } : { $why }
failure-conflict = Quelqu’un d’autre a changé cette fiche entre-temps. Relisez-la, puis recommencez.
failure-cell = { $by } a changé cette note entre-temps : elle est maintenant { $value }. Choisissez laquelle garder.
failure-cell-empty = { $by } a effacé cette note entre-temps. Choisissez de la laisser vide ou de remettre la vôtre.
failure-not-found = Cet élément n’existe plus : quelqu’un l’a sans doute supprimé. Revenez à la liste.
failure-throttled = Trop d’essais. Attendez { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
}, puis recommencez.

## Pannes du stockage et du cache
trouble-unreachable = Le stockage des données ne répond pas. Rien n’a été enregistré ; carnet réessaie tout seul. Si cela dure, prévenez l’administrateur.
trouble-path-folder = « { $path } » est un dossier ; il faut le nom d’un fichier. Corrigez store.path dans config.toml, par exemple « { $path }/carnet.db », puis relancez carnet.
trouble-path-no-file = « { $path } » n’est pas un fichier ordinaire (une prise, un tube ou un appareil) : les données ne peuvent pas y être gardées. Corrigez store.path dans config.toml, puis relancez carnet.
trouble-path-loop = « { $path } » est un lien qui tourne en rond. Refaites ce lien, ou corrigez store.path dans config.toml.
trouble-path-denied = Ce compte n’a pas le droit d’écrire dans « { $path } ». Demandez ce droit à qui administre la machine, ou choisissez un autre endroit (store.path dans config.toml).
trouble-path-no-folder = « { $path } » est un fichier, là où il faut un dossier. Déplacez-le, ou corrigez store.path dans config.toml.
trouble-path-log-alone = Le fichier « { $path } » n’est plus là, mais son journal « { $path }-wal » y est encore, avec les dernières notes. Remettez le fichier à sa place, à côté de son journal, puis relancez carnet ; pour une école nouvelle, choisissez un autre fichier (store.path dans config.toml).
trouble-path-other = « { $path } » ne peut pas être ouvert : { $why }. Vérifiez ce fichier et le disque, ou corrigez store.path dans config.toml.
trouble-locked = Un autre programme occupe le stockage des données depuis plusieurs secondes. Fermez-le, ou attendez un peu, puis recommencez.
trouble-full = Le disque est plein : rien n’a été enregistré. Libérez de la place, puis recommencez.
trouble-read-only = Le stockage des données est en lecture seule : rien n’a été enregistré. Vérifiez les droits du fichier et de son dossier.
trouble-corrupt = Le fichier des données est abîmé ou n’est pas à carnet. Ne l’effacez pas : renommez-le, puis faites « carnet init », « carnet backup list » et « carnet backup restore » avec la dernière sauvegarde.
trouble-newer = Ces données viennent d’un carnet plus récent (format { $found } ; ce programme connaît le format { $known }). Mettez carnet à jour.
store-work-waiting = carnet attend : un autre programme occupe les données. Cela dure 5 s au plus.
store-work-backing-up = carnet met les données de côté avant de les convertir. Attendez, sans éteindre.
store-work-migrating = carnet convertit les données (format { $from } vers { $to }). Attendez, sans éteindre.
store-work-indexing = carnet refait un index : { $done } fiches sur { $total }. Attendez, sans éteindre.
trouble-unfinished = Une sauvegarde est en train d’être rétablie. carnet termine ce travail tout seul ; réessayez dans un instant.
trouble-unfinished-elsewhere = Le rétablissement de la sauvegarde { $backup } a été interrompu : la base est incomplète. Remettez ce fichier dans le dossier des sauvegardes, et carnet terminera.
trouble-cache = Le cache ne répond pas. Rien n’est perdu : carnet continue sans lui, un peu plus lentement.

## Refus d’un texte
text-empty = Il faut écrire quelque chose ici.
text-too-long = C’est trop long : { $max } caractères au plus. Raccourcissez.
text-too-short = C’est trop court : { $min } caractères au moins.
text-character = Un caractère n’est pas permis ici. Employez des lettres sans accent, des chiffres et les signes - . _
text-phone = Ce n’est pas un numéro de téléphone valable. Écrivez-le en entier, par exemple 76 12 34 56 ou +223 76 12 34 56.
text-pattern = Cela ne suit pas le modèle de l’école : { $pattern }. Écrivez-le ainsi.
text-too-many-bytes = Ce mot de passe est trop long : { $max } octets au plus (une lettre accentuée compte pour deux). Raccourcissez-le.

## Refus d’une note
mark-above-scale = La note dépasse le barème de { $scale }. Rien n’a été enregistré ; corrigez-la.
mark-negative = Une note ne peut pas être négative. Écrivez un nombre à partir de 0.
mark-too-precise = Deux décimales au plus, par exemple 12,25.
mark-other-scale = Cette évaluation est notée sur { $scale }. Écrivez la note sur { $scale }.
mark-too-many-digits = Quatre chiffres au plus sans virgule (1250 fait 12,50). Corrigez, ou tapez la virgule.
mark-not-a-mark = Ce n’est pas une note. Écrivez un nombre (12,5) ou un code : ABS, ABSN, DISP, NN, NR.

## Raisons d’un refus
why-missing = Ce champ est obligatoire. Remplissez-le.
why-no-key = Ni matricule ni téléphone. Donnez l’un des deux, ou faites remplir ce qui manque (f à l’écran des colonnes, --fill-missing en commande).
why-phone-taken = Ce numéro est déjà celui de { $name }. Vérifiez-le, ou laissez le champ vide.
why-phone-taken-in = Ce numéro est déjà celui de { $name } ({ $class }). Vérifiez-le, ou laissez le champ vide.
why-matricule-taken = Ce matricule est déjà celui de { $name }. Choisissez-en un autre, ou laissez carnet le donner.
why-matricule-taken-in = Ce matricule est déjà celui de { $name } ({ $class }). Choisissez-en un autre, ou laissez carnet le donner.
why-name-taken = Le nom « { $name } » est déjà pris. Choisissez-en un autre.
why-marks-above = { $count ->
    [one] Une note dépasse ce barème
   *[other] { $count } notes dépassent ce barème
} : { $list }{ $more ->
    [0] .
    [one] {" "}et une autre.
   *[other] {" "}et { $more } autres.
} Corrigez-les d’abord ; rien n’a changé.
why-in-use = Cet élément sert encore { $count ->
    [one] à { $count } autre. Retirez-le
   *[other] à { $count } autres. Retirez-les
} d’abord.
why-needed-students = { $count ->
    [one] 1 élève est encore dans cette classe. Changez-le
   *[other] { $count } élèves sont encore dans cette classe. Changez-les
 } de classe d’abord.
why-needed-enrolments = { $count ->
    [one] 1 inscription d’élève y renvoie
   *[other] { $count } inscriptions d’élèves y renvoient
 } encore (élèves partis, autres années) : elle doit rester.
why-needed-assignments = { $count ->
    [one] 1 affectation d’enseignant en dépend encore. Retirez-la
   *[other] { $count } affectations d’enseignants en dépendent encore. Retirez-les
 } d’abord dans « Affectations ».
why-needed-evaluations = { $count ->
    [one] 1 évaluation en dépend encore. Supprimez-la
   *[other] { $count } évaluations en dépendent encore. Supprimez-les
 } d’abord dans « Évaluations ».
why-unknown = « { $what } » n’existe pas. Vérifiez l’orthographe.
why-did-you-mean = « { $what } » n’existe pas. Vouliez-vous dire : { $near } ?
why-form = Ce n’est pas écrit comme il faut. Exemple : { $example }.
why-range = Il faut un nombre de { $min } à { $max }.
why-whole = Il faut un nombre entier de { $min } à { $max }.
why-closed = Cette période est close : rien ne peut plus y changer. Adressez-vous à l’administrateur.
why-last-admin = C’est le dernier administrateur : il garde son compte et son rôle. Créez-en d’abord un autre.
why-nothing = Il n’y a plus rien à annuler ni à rétablir ici.
why-on-its-way = Cette note est en train de partir, ou est peut-être déjà arrivée. Attendez que le stockage réponde, puis annulez.
why-query = Le filtre ne comprend pas « { $word } ». Corrigez ce mot ou retirez-le.
why-not-empty = Cette école a déjà des élèves. Pour ajouter quand même des élèves inventés, demandez-le expressément (--fill).
why-already-open = Une école est déjà ouverte ici. Connectez-vous, ou choisissez un autre dossier.
why-no-such-date = Cette date n’existe pas au calendrier. Vérifiez le jour et le mois.
why-birth-date = Aucun élève n’a pu naître à cette date. Vérifiez l’année.
why-wrong-password = L’ancien mot de passe est faux. Tapez-le de nouveau.
list-separator = {" ; "}
why-no-closing = Aucune clôture n’est en cours pour cette période.
why-same-class = Une classe ne se suit pas elle-même : qui y reste redouble. Donnez la classe suivante.
why-leaver-class = Qui quitte l’école n’a pas de classe ensuite : ne donnez la classe que pour un passage ou un redoublement.
why-not-in-class = L’élève n’est pas dans cette classe cette année. Vérifiez la classe sur sa fiche.
io-not-found = ce fichier n’existe pas
io-denied = ce compte n’en a pas le droit
io-exists = il existe déjà
io-folder = c’est un dossier
io-no-folder = un morceau du chemin n’est pas un dossier
io-full = le disque est plein
io-read-only = le disque est en lecture seule
io-no-text = ce n’est pas du texte en UTF-8
io-limit = le fichier serait trop gros

## Refus du filtre
filter-unknown-field = Le filtre ne connaît pas le champ de « { $word } ». Champs : classe, niveau, série, moy, nom, prénom, tel, matricule, sexe, statut.
filter-unknown-field-near = Le filtre ne connaît pas le champ de « { $word } ». Vouliez-vous dire « { $near } » ?
filter-no-value = Il manque une valeur après « { $word } ».
filter-bad-number = « { $word } » : il faut un nombre, par exemple moy<10, moy>=12,5 ou moy:10..12.
filter-unknown-class = « { $word } » : aucune classe de ce nom.
filter-unknown-class-near = « { $word } » : aucune classe de ce nom. Vouliez-vous dire « { $near } » ?
filter-unknown-level = « { $word } » : aucune classe de ce niveau.
filter-unknown-level-near = « { $word } » : aucune classe de ce niveau. Vouliez-vous dire « { $near } » ?
filter-unknown-series = « { $word } » : aucune classe de cette série.
filter-unknown-series-near = « { $word } » : aucune classe de cette série. Vouliez-vous dire « { $near } » ?
filter-unknown-sex = « { $word } » : écrivez sexe:F ou sexe:M.
filter-unknown-status = « { $word } » : écrivez statut:actif, statut:attente ou statut:désinscrit.
filter-not-comparable = « { $word } » : les signes < et > ne vont qu’avec moy. Mettez deux points.
filter-phone-too-short = « { $word } » : il faut au moins trois chiffres du numéro.
filter-too-long = Le filtre est trop long : { $max } caractères au plus.

## Noms des champs
field-last-name = Nom
field-first-name = Prénom
field-sex = Sexe
field-phone = Téléphone
field-class = Classe
field-matricule = Matricule
field-birth-date = Date de naissance
field-birth-place = Lieu de naissance
field-status = Statut
field-mark = Note
field-username = Nom du compte
field-display-name = Nom affiché
field-password = Mot de passe
field-role = Rôle
field-name = Nom
field-short = Abrégé
field-level = Niveau
field-series = Série
field-coefficient = Coefficient
field-position = Position
field-title = Titre
field-kind = Genre
field-date = Date
field-scale = Barème
field-school = École
field-year = Année scolaire
field-subject = Matière
field-term = Période
field-teacher = Enseignant
field-student = Élève
field-filter = Filtre
field-file = Fichier
field-mapping = Correspondance
field-preset = Règles de départ
field-division = Découpage
field-samples = Exemples
field-repeat = Encore une fois
field-old-password = Mot de passe actuel

## Rôles, statuts, genres, codes
role-admin = Administrateur
role-head = Proviseur
role-bursar = Économe
role-secretary = Secrétariat
role-supervisor = Surveillant
role-teacher = Enseignant
role-student = Élève
role-parent = Parent
status-active = Actif
status-pending = En attente
status-withdrawn = Désinscrit
sex-female = Féminin
sex-male = Masculin
kind-test = Devoir
kind-quiz = Interrogation
kind-composition = Composition
kind-mock-exam = Examen blanc
code-abs = Absence justifiée
code-absn = Absence non justifiée
code-disp = Dispense
code-nn = Non noté
code-nr = Non rendu
sheet-state-open = Ouverte
sheet-state-closed = Close

## Accords
agree-first = { $sex ->
    [F] 1re
    [M] 1er
   *[unknown] 1er
}
agree-place = { $position }{ $ordinal ->
   *[other] e
}
agree-tied = { $place } ex æquo
agree-unranked = { $sex ->
    [F] non classée
    [M] non classé
   *[unknown] non classé(e)
}
agree-born-on = { $sex ->
    [F] Née le
    [M] Né le
   *[unknown] Né(e) le
}
agree-active = { $sex ->
    [F] active
    [M] actif
   *[unknown] en cours
}
agree-pending = en attente
agree-withdrawn = { $sex ->
    [F] désinscrite
    [M] désinscrit
   *[unknown] désinscrit(e)
}


## Ligne de commande : réglages
cli-config-unreadable = Le fichier de configuration { $path } ne se lit pas ({ $why }). Vérifiez le chemin et les droits.
cli-config-empty = Le fichier { $path } est vide : il devait contenir une adresse.
cli-config-no-address = store.kind = "mongodb" demande l’adresse du serveur : donnez store.uri (ou store.uri_file), par exemple mongodb://localhost:27017/?replicaSet=rs0.
cli-config-syntax = Le fichier de configuration { $path } a une faute à la ligne { $line } : { $why }. Comparez avec config.toml.example.
cli-config-unknown = { $origin } donne la clé « { $key } », que carnet ne connaît pas. Les clés sont dans config.toml.example.
cli-config-unknown-near = { $origin } donne la clé « { $key } », que carnet ne connaît pas. Vouliez-vous dire « { $near } » ?
cli-config-wrong = { $key } ne peut pas valoir { $value } ({ $origin }). Il faut { $expected }.
cli-config-expected-word = un de ces mots : { $words }
cli-config-expected-bool = true ou false
cli-config-expected-number = un nombre entier de { $min } à { $max }
cli-config-expected-text = un texte qui n’est pas vide
cli-config-expected-code = un code de 1 à 32 lettres minuscules sans accent, chiffres, - ou _
cli-config-expected-database = un nom de 1 à 30 lettres sans accent, chiffres, - ou _

## Ligne de commande : aide et erreurs d’usage
cli-help-commands = Commandes 
cli-help-command = COMMANDE
cli-help-usage = Usage :
cli-help-arguments = Arguments 
cli-help-options = Options 
cli-help-default = { $text } [d’usage : { $value }]
cli-usage-unknown-command = La commande « { $word } » n’existe pas.
cli-usage-unknown-argument = L’option ou l’argument « { $word } » n’existe pas ici.
cli-usage-missing-argument = Il manque : { $word }.
cli-usage-missing-command = Il manque la commande.
cli-usage-missing-value = Il manque la valeur de { $word }.
cli-usage-wrong-value = { $word } ne peut pas valoir « { $value } ». Attendu : { $expected }.
cli-usage-conflict = { $word } ne va pas avec le reste de la commande, ou est donné deux fois.
cli-usage-other = La commande n’est pas comprise.
cli-usage-near = { $sentence } Vouliez-vous dire « { $near } » ?
cli-usage-help = Ajoutez --help pour voir ce qui est possible.

## Ligne de commande : ce que fait chaque commande
cli-cmd-carnet = carnet : les notes d’une école au clavier. Sans commande, ouvre le programme en plein écran.
cli-cmd-demo = Construit une école d’essai et l’ouvre ; tout est effacé en sortant
cli-cmd-init = Ouvre une école : demande ce qui n’est pas donné
cli-cmd-doctor = Vérifie l’installation : fichiers, droits, données, historique
cli-cmd-seed = Remplit une école vide d’élèves et de notes inventés
cli-cmd-students = Élèves : liste, fiche, ajout, modification, suppression
cli-cmd-students-list = Liste les élèves
cli-cmd-students-show = Montre un élève, ses moyennes et ses notes
cli-cmd-students-add = Ajoute un élève ; le matricule est fait s’il n’est pas donné
cli-cmd-students-edit = Modifie un élève ; ce qui n’est pas donné reste
cli-cmd-students-delete = Supprime un élève (se reprend par « carnet undo »)
cli-cmd-classes = Classes
cli-cmd-classes-list = Liste les classes
cli-cmd-classes-add = Ajoute une classe
cli-cmd-classes-edit = Modifie une classe
cli-cmd-classes-delete = Supprime une classe où il n’y a personne
cli-cmd-subjects = Matières et coefficients
cli-cmd-subjects-list = Liste les matières
cli-cmd-subjects-add = Ajoute une matière
cli-cmd-subjects-edit = Modifie une matière ; un coefficient changé refait les moyennes
cli-cmd-subjects-delete = Supprime une matière qui n’a pas de notes
cli-cmd-evaluations = Évaluations d’une feuille (classe, matière, période)
cli-cmd-evaluations-list = Liste les évaluations
cli-cmd-evaluations-add = Ajoute une évaluation
cli-cmd-evaluations-edit = Modifie une évaluation
cli-cmd-evaluations-delete = Supprime une évaluation et ses notes (se reprend par « carnet undo »)
cli-cmd-assignments = Affectations : qui enseigne quoi, dans quelle classe
cli-cmd-assignments-list = Liste les affectations
cli-cmd-assignments-add = Attribue une matière d’une classe à un enseignant
cli-cmd-assignments-delete = Retire une affectation
cli-cmd-terms = Trimestres ou semestres
cli-cmd-terms-list = Liste les périodes de l’année
cli-cmd-terms-set-current = Change la période en cours
cli-cmd-users = Comptes
cli-cmd-users-list = Liste les comptes
cli-cmd-users-add = Ajoute un compte ; sans mot de passe donné, en fait un et le montre une fois
cli-cmd-users-edit = Modifie un compte
cli-cmd-users-delete = Supprime un compte
cli-cmd-marks = Notes
cli-cmd-marks-list = Liste les notes d’une feuille
cli-cmd-marks-set = Met, change ou efface une note
cli-cmd-marks-mine = Les notes de l’élève ou des enfants du compte, comme sur « Mes notes »
cli-cmd-stats = Statistiques
cli-cmd-stats-school = Statistiques de l’école
cli-cmd-stats-class = Statistiques d’une classe
cli-cmd-stats-subject = Statistiques d’une matière dans toute l’école
cli-cmd-stats-subjects = Les matières d’une classe ou de l’école, côte à côte
cli-cmd-stats-terms = Une moyenne d’une période à l’autre
cli-cmd-stats-top = Les meilleures moyennes
cli-cmd-import = Lit des données dans un fichier
cli-cmd-import-students = Lit des élèves, et leurs notes, dans un fichier CSV
cli-cmd-backup = Sauvegardes
cli-cmd-backup-create = Fait une sauvegarde
cli-cmd-backup-list = Liste les sauvegardes
cli-cmd-backup-verify = Relit une sauvegarde en entier
cli-cmd-backup-restore = Remplace toutes les données par une sauvegarde
cli-cmd-backup-prune = Ne garde que les sauvegardes les plus récentes
cli-cmd-cache = Cache
cli-cmd-cache-stats = Compteurs du cache
cli-cmd-cache-flush = Vide le cache ; rien n’est perdu
cli-cmd-undo = Reprend une action, par le numéro que la commande avait donné
cli-cmd-completions = Écrit le complément automatique d’un shell
cli-cmd-man = Écrit les pages de manuel

## Ligne de commande : options et arguments
cli-arg-help = Montre cette aide
cli-arg-version = Montre la version
cli-arg-config = Fichier de configuration
cli-arg-lang = Langue ; sinon celle de la configuration, sinon celle du terminal (LANG), sinon le français
cli-arg-school = Code d’une autre école de cette machine
cli-arg-user = Compte qui agit ; sans lui, le compte de service (admin.token)
cli-arg-password-file = Fichier du mot de passe, au lieu de le demander
cli-arg-format = Forme de ce qui est écrit
cli-arg-students = Nombre d’élèves ; au-delà de 5 000, dix notes par élève
cli-arg-seed = Le même nombre donne la même école
cli-arg-keep = Garde l’école dans ce dossier, sans l’ouvrir
cli-arg-name = Nom
cli-arg-year = Année scolaire
cli-arg-preset = Modèle de règles
cli-arg-semesters = Deux semestres au lieu de trois trimestres
cli-arg-samples = Ajoute les classes et matières d’exemple du modèle
cli-arg-admin = Nom du premier compte d’administration
cli-arg-rebuild = Refait les moyennes de tous les élèves à partir de leurs notes
cli-arg-fill = Aussi dans une école qui a déjà des élèves
cli-arg-filter = Filtre, comme à l’écran : classe:TSE moy<10 nom:tra
cli-arg-sort = Ordre : name, average, matricule ou class ; un - devant le renverse
cli-arg-limit = Au plus tant de lignes
cli-arg-matricule = Matricule
cli-arg-new-matricule = Nouveau matricule
cli-arg-last = Nom de famille
cli-arg-first = Prénom
cli-arg-class = Classe
cli-arg-phone = Téléphone
cli-arg-sex = Sexe
cli-arg-birth-date = Date de naissance, 2010-05-31 ou 31/05/2010
cli-arg-birth-place = Lieu de naissance
cli-arg-status = Situation
cli-arg-level = Niveau
cli-arg-series = Série
cli-arg-rename = Nouveau nom
cli-arg-coefficient = Coefficient, de 0 à 100
cli-arg-coefficient-for = Coefficient d’un niveau ou d’une série, par exemple Terminale/TSE=5
cli-arg-short = Nom court
cli-arg-position = Place dans les listes
cli-arg-subject = Matière
cli-arg-term = Trimestre ou semestre
cli-arg-title = Titre de l’évaluation
cli-arg-kind = Genre : test (devoir), quiz (interrogation), composition, mock_exam (examen blanc)
cli-arg-date = Date, 2026-11-20 ou 20/11/2026
cli-arg-scale = Barème
cli-arg-unpublished = Les familles ne voient pas encore les notes
cli-arg-published = Les familles voient les notes
cli-arg-teacher = Compte de l’enseignant
cli-arg-username = Nom du compte
cli-arg-role = Rôle : admin, proviseur, économe, secrétariat, surveillant, enseignant, élève, parent
cli-arg-student = Matricule de l’élève du compte
cli-arg-child = Matricule d’un enfant ; se répète
cli-arg-my-child = L’enfant dont on veut les notes : son nom ou son matricule (d’usage le premier)
cli-arg-no-child = Délie le compte de tous ses enfants
cli-arg-disabled = Le compte est fermé
cli-arg-new-password-file = Fichier du mot de passe du compte
cli-arg-evaluation = Titre de l’évaluation
cli-arg-score = Note (12,5), code (ABS, ABSN, DISP, NN, NR), ou rien pour effacer
cli-arg-reason = Raison du changement, gardée dans l’historique
cli-arg-with-ties = Aussi les ex æquo du dernier
cli-arg-file = Fichier à lire ; - pour l’entrée standard
cli-arg-map = Champ lu dans une colonne : class=school ; se répète
cli-arg-mark = Colonne de notes : G1=Mathématiques/1 ; se répète
cli-arg-fill-missing = Donne une identité, un nom et un matricule aux lignes qui n’en ont pas ; crée les classes et matières
cli-arg-source = Nom de la source des lignes sans identité [d’usage : le nom du fichier]
cli-arg-dry-run = Montre ce qui serait fait, sans le faire
cli-arg-only-good = Fait les lignes bonnes même si d’autres sont refusées
cli-arg-rejects = Écrit les lignes refusées dans ce fichier
cli-arg-yes = Ne demande pas confirmation
cli-arg-act = Numéro de l’action
cli-arg-shell = Shell
cli-arg-output = Dossier où écrire une page par commande

## Noms des touches
keyname-enter = Entrée
keyname-esc = Échap
keyname-tab = Tab
keyname-backspace = Retour arrière
keyname-delete = Suppr
keyname-insert = Inser
keyname-up = Haut
keyname-down = Bas
keyname-left = Gauche
keyname-right = Droite
keyname-home = Début
keyname-end = Fin
keyname-pageup = PgPréc
keyname-pagedown = PgSuiv
keyname-space = Espace
keyname-shift = Maj-

## Touches de tous les écrans
key-help = Aide : toutes les touches de l’écran
hint-help = aide
key-palette = Palette : toute action, tout écran, tout élève en quelques lettres
key-back = Revenir à l’écran précédent
key-lock = Verrouiller l’écran tout de suite
key-language = Changer de langue (français, anglais)
key-theme = Changer de couleurs (ordinaire, fort contraste, sans couleur)
key-redraw = Redessiner l’écran
key-suspend = Mettre carnet en pause (« fg » y revient)
key-quit = Quitter carnet
key-down = Descendre
key-up = Monter
key-first = Aller au début
key-last = Aller à la fin

## Cadre de tous les écrans
lamp-store = base
lamp-cache = cache
lamp-slow = lente
lamp-gone = coupée
root-kept = ~ { $count } à envoyer
root-kept-title = Des notes attendent le stockage
root-kept-quit = { $count ->
    [one] Une note est gardée sur cette machine et partira toute seule
   *[other] { $count } notes sont gardées sur cette machine et partiront toutes seules
}, au plus tard au prochain démarrage de carnet. Quitter ?
root-too-small = Agrandissez la fenêtre : { $least } × { $most } au moins (ici { $columns } × { $rows }). Rien n’est perdu.
root-waiting = carnet attend une réponse depuis { $seconds } s ; vous pouvez continuer à taper.
root-waiting-store = La base ne répond pas depuis { $seconds } s ; carnet réessaie. Rien n’est perdu.
root-backend-gone = Le moteur de carnet s’est arrêté. Quittez (q) et relancez carnet ; ce qui était enregistré l’est.
root-login-first = Connectez-vous d’abord.
root-write-failed = Un enregistrement n’a pas pu se faire
root-language = carnet parle français.
root-theme-default = Couleurs : ordinaires.
root-theme-contrast = Couleurs : fort contraste.
root-theme-mono = Couleurs : aucune.
root-theme-none = carnet reste sans couleurs, comme ce terminal le demande (NO_COLOR).
root-at-home = Il n’y a pas d’écran avant celui-ci. q quitte carnet.
root-unsaved-title = Ce que vous avez tapé n’est pas enregistré
root-unsaved-back = Quitter cet écran perd ce que vous avez tapé. Le quitter quand même ?
root-unsaved-quit = Quitter carnet perd ce que vous avez tapé. Quitter quand même ?
root-unsaved-logout = Vous déconnecter perd ce que vous avez tapé. Continuer quand même ?
root-arrival-title = Le travail d’un autre compte attend
root-arrival-text = « { $user } » a du travail qui n’est pas enregistré. Continuer avec votre compte l’abandonne. Pour le garder, répondez non et connectez-vous comme « { $user } ».
root-draining = { $count ->
    [one] Un enregistrement se termine…
   *[other] { $count } enregistrements se terminent…
}
root-resumed = Vous êtes de nouveau connecté ; tout est resté en place.
root-welcome = Bonjour, { $name }.
root-password-changed = Votre mot de passe est changé.
root-session-over = Votre session a pris fin. Ce que vous avez tapé est gardé : connectez-vous pour continuer.
root-logged-out = Vous êtes déconnecté.
input-cut = Le texte ne tenait pas en entier dans le champ : la fin n’est pas reprise.

## Questions et messages
question-yes = Oui
question-no = Non
question-ok = OK
question-choose = répondre
question-next = Réponse suivante
question-previous = Réponse précédente
question-close = fermer

## Aide
help-title = Touches : { $screen }
help-close = fermer
help-down = descendre
help-up = Monter
help-page-down = Page suivante
help-page-up = Page précédente

## Palette
palette-title = Que cherchez-vous ?
palette-nothing = Rien ne correspond. Essayez d’autres lettres.
palette-more = D’autres élèves correspondent : tapez plus de lettres ou le prénom.
palette-choose = ouvrir
palette-next = Ligne suivante
palette-previous = Ligne précédente
palette-close = fermer

## Connexion
login-title = Connexion
login-username = Nom d’utilisateur
login-password = Mot de passe
login-welcome = Tapez votre nom d’utilisateur et votre mot de passe.
login-again = « { $user } », retapez votre mot de passe pour continuer.
login-opening = carnet ouvre la base de l’école…
login-retry = carnet réessaie tout seul, chaque seconde.
login-kept = { $count ->
    [one] Une note tapée avant est gardée ici et partira dès que le stockage répondra.
   *[other] { $count } notes tapées avant sont gardées ici et partiront dès que le stockage répondra.
}
login-empty = Ce champ est vide.
login-checking = Vérification du mot de passe…
login-caps = Seulement des majuscules : le verrouillage est peut-être mis.
login-demo = École d’essai : PgSuiv prend un de ces comptes.
login-no-demo = Il n’y a pas de comptes d’essai : cette école est réelle.
login-key-enter = se connecter
login-key-retry = réessayer
login-key-quit = Quitter carnet
login-hint-quit = quitter
login-key-next = champ suivant
login-key-previous = Champ précédent
login-key-demo = Prendre le compte d’essai suivant
login-hint-demo = compte d’essai
login-key-demo-back = Prendre le compte d’essai précédent
login-key-language = Changer de langue
login-hint-language = English

## Accueil
home-title = Accueil
home-kept = Gardées sur cette machine : { $waiting } à envoyer{ $stuck ->
    [0] {""}
    [one] , 1 attend votre choix
   *[other] , { $stuck } attendent votre choix
}.
home-key-open = ouvrir
home-hint-move = se déplacer
home-key-logout = Se déconnecter
home-hint-logout = se déconnecter
menu-section-daily = Tous les jours
menu-section-school = L’école
menu-section-installation = L’installation

## Formulaires
form-key-next = Champ suivant ; sur le dernier, enregistrer
form-hint-next = suivant
form-hint-change = changer
form-key-previous = Champ précédent
form-key-save = Enregistrer
form-hint-save = enregistrer

## Premier démarrage
wizard-title = Premier démarrage
wizard-welcome = Bienvenue dans carnet.
wizard-about = Cette base est vide. Quelques réponses ouvrent votre école ; tout pourra être changé plus tard.
wizard-preset-mali = Mali : classe ×1 + composition ×2, sur 3
wizard-preset-france = France : moyenne pondérée des notes
wizard-preset-help = ← → change. La façon de calculer les moyennes, les matières et classes d’exemple.
wizard-trimesters = trois trimestres
wizard-semesters = deux semestres
wizard-samples-help = Avec des classes et des matières d’exemple, à garder, changer ou supprimer.
wizard-admin-help = Le compte qui peut tout. 2 à 32 lettres minuscules, chiffres, point, tiret.
wizard-year = Écrivez l’année scolaire comme 2026-2027.
wizard-opening = carnet ouvre l’école…
wizard-key-open = ouvrir l’école

## Mot de passe
password-title = Mot de passe
password-new = Nouveau mot de passe
password-help = 8 caractères au moins. Une phrase courte se retient bien.
password-differs = Les deux mots de passe ne sont pas les mêmes.
password-same = Le nouveau mot de passe est le même que l’ancien. Choisissez-en un autre.
password-forced = Ce mot de passe vous a été donné par quelqu’un d’autre. Choisissez le vôtre pour continuer.
password-stay = Il faut d’abord un nouveau mot de passe. F4 vous déconnecte.
password-about = Choisissez un nouveau mot de passe. Vos autres sessions ouvertes se fermeront.

## Verrou
lock-title = Verrouillé
lock-locked = Écran verrouillé : { $user }
lock-about = Tapez votre mot de passe pour continuer là où vous étiez.
lock-wrong = Ce n’est pas votre mot de passe.
lock-key-open = déverrouiller

## Installation
health-title = Installation
menu-health = Installation, sauvegardes
menu-health-about = État de la base, sauvegardes, période
menu-kept = Notes gardées
menu-kept-about = Tapées pendant que le stockage était absent
kept-about = Ces notes ont été tapées pendant que le stockage ne répondait pas. Celles marquées ~ partent toutes seules ; ≠ et ! attendent votre choix.
kept-none = Aucune note n’est gardée sur cette machine.
kept-clash = { $by } y a mis { $theirs } à { $at }. Entrée va à la case, où vous choisissez.
kept-refused = Pas enregistrée : { $why } Saisissez-la ailleurs, ou abandonnez-la par « x ».
kept-drop-title = Abandonner cette note
kept-drop-text = { $what }
    Elle ne sera pas enregistrée. L’abandonner ?
kept-dropped = La note est abandonnée.
kept-key-open = Aller à la case
kept-hint-open = aller à la case
kept-key-drop = Abandonner la note
kept-hint-drop = abandonner
menu-health-about-look = État de la base et des sauvegardes
menu-password = Mon mot de passe
menu-password-about = Changer le mot de passe de ce compte
health-reading = Lecture de l’état…
health-store = Base
health-cache = Cache
health-kind-sqlite = SQLite (un fichier)
health-kind-memory = en mémoire
health-cache-use = Lectures du cache
health-hits = { $one ->
    [one] { $hits } trouvée
   *[other] { $hits } trouvées
}, { $misses } à relire
health-students = Élèves
health-marks = Notes
health-format = Format des données
health-term = Période en cours
health-good = en ordre
health-backups = Sauvegardes
health-none = Aucune sauvegarde pour l’instant : b en fait une.
health-backup-file = Fichier : { $path }
health-documents = { $count } fiches
health-size = { $count } Kio
health-busy = Un travail est en cours ; attendez qu’il finisse.
health-no-backup = Il n’y a pas encore de sauvegarde à rétablir.
health-not-empty = L’école a déjà des élèves : on ne peut y mettre des élèves inventés.
health-key-backup = Faire une sauvegarde
health-hint-backup = sauvegarder
health-key-restore = Rétablir la sauvegarde choisie
health-hint-restore = rétablir
health-key-term = Changer la période en cours
health-hint-term = période
health-key-seed = Remplir l’école vide d’élèves et de notes inventés
health-hint-seed = inventer des élèves
health-key-refresh = Relire l’état
health-hint-refresh = relire
health-key-check = Vérifier la base, l’historique et les moyennes
health-hint-check = vérifier
health-key-rebuild = Vérifier, et refaire les moyennes
health-key-verify = Relire la sauvegarde choisie de bout en bout
health-key-prune = Supprimer les vieilles sauvegardes
health-key-flush = Vider le cache
health-work-check = Vérification en cours
health-work-verify = Lecture de la sauvegarde
health-work-prune = Suppression des vieilles sauvegardes
health-work-flush = Vidage du cache
health-prune-title = Vieilles sauvegardes
health-prune-text = Seules les { $count } sauvegardes les plus récentes resteront. Continuer ?
health-findings = À voir
health-stale = Moyennes qui ne viennent pas des notes : { $count }. C les refait.
health-rebuilt = Tout va bien. Moyennes refaites : { $count }
health-restore-title = Rétablir une sauvegarde
health-restore-text = Tout ce qui est dans la base sera remplacé par la sauvegarde du { $when }. Les autres utilisateurs seront déconnectés. Continuer ?
health-seed-title = Élèves inventés
health-seed-text = carnet va créer { $count } élèves inventés avec des notes, pour essayer. Continuer ?
health-term-title = Période en cours
health-term-text = Les listes, classements et moyennes montreront cette période.
health-backup-made = Sauvegarde faite : { $name }
health-done = C’est fait.
health-restored = La sauvegarde est rétablie.
health-seeded = L’école est remplie d’élèves inventés.
health-term-set = La période en cours est changée.
health-work-backup = Sauvegarde en cours
health-work-restore = Rétablissement en cours
health-work-seed = Création des élèves et des notes
health-work-term = Mise à jour des moyennes

## Ligne de commande : messages
cli-no-home = carnet ne trouve pas le dossier personnel de ce compte. Donnez HOME, ou un fichier par --config.
cli-no-terminal = Le programme en plein écran a besoin d’un terminal, en entrée et en sortie. Pour un script, voyez « carnet --help ».
cli-dumb-terminal = Ce terminal ne sait pas placer son curseur (TERM=dumb). Ouvrez carnet dans un autre, ou, si le vôtre le sait, tapez : TERM=vt100 carnet. Sans plein écran, voyez « carnet --help ».
cli-signal = carnet a été arrêté de l’extérieur (par le système ou un autre programme). Tout ce qui était saisi est enregistré.
cli-signal-typing = carnet a été arrêté de l’extérieur (par le système ou un autre programme). Ce que vous étiez en train de taper n’est pas enregistré : retapez-le.
cli-terminal-trouble = Le terminal n’obéit plus : { $why }. Fermez-le et recommencez dans un autre.
cli-key-trouble = Le fichier de clé { $path } ne va pas : { $why }. Vérifiez ses droits, ou remettez-le depuis une copie.
cli-key-missing = La clé { $path } manque, alors que les données existent : l’historique serait signé d’une autre main. Remettez ce fichier depuis une copie.
cli-redis-address = L’adresse du cache { $place } n’en est pas une pour Redis : { $why }. Corrigez cache.uri, par exemple redis://localhost:6379.
cli-doctor-cache = Redis ({ $place }) : { $said } Rien n’est perdu : carnet continue sans lui, un peu plus lentement, et le retrouve tout seul.
cli-must-change = Le mot de passe de ce compte a été donné par quelqu’un d’autre. Ouvrez « carnet » et changez-le d’abord.
cli-still-waiting = carnet attend encore la réponse (Ctrl-C abandonne).
cli-no-school = Il n’y a pas d’école dans { $path } : ce fichier est vide. Ouvrez-en une par « carnet init » ou en lançant « carnet ». S’il y en avait une, faites ensuite « carnet backup restore ».
cli-store-away = Le stockage des données ne répond pas. Rien n’a été enregistré. Recommencez dans un moment ; si cela dure, vérifiez le disque et lancez « carnet doctor ».
cli-store-file = Fichier des données : { $path }
cli-store-database = Base de données : { $path }
cli-secret-open = D’autres comptes peuvent lire { $path }, qui contient un mot de passe. Tapez : chmod 600 { $path }
cli-unexpected = carnet a reçu une réponse qu’il n’attendait pas. Rien n’a été changé après elle ; signalez-le.
cli-who = Dites qui agit : --as COMPTE. Sans cela, il faut pouvoir lire { $path }, réservé au compte de service.
cli-password-of = Mot de passe de { $user } :
cli-password-file = Le fichier { $path } ne se lit pas : { $why }.
cli-password-file-empty = Le fichier { $path } est vide. Mettez le mot de passe sur sa première ligne.
cli-password-no-terminal = Il n’y a pas de terminal où demander le mot de passe. Donnez-le par --password-file.
cli-cannot-write = { $path } ne peut pas être écrit : { $why }.
cli-done = C’est fait.
cli-done-undo = C’est fait. Pour le reprendre : carnet undo { $act }
cli-undone = C’est repris.
cli-term-set = La période en cours est { $term }. Les moyennes ont été refaites.
cli-mark-set = { $student }, { $evaluation } : { $value }
cli-my-marks = { $student } · { $term } · { $year } : moyenne générale { $average }, rang { $rank }
cli-user-saved = Le compte { $user } est enregistré.
cli-user-password = Son premier mot de passe, montré cette seule fois (à changer à la première connexion) :
cli-student-saved = L’élève est enregistré, sous le matricule :
cli-backup-made = La sauvegarde est faite.
cli-backup-good = La sauvegarde est entière et lisible.
cli-backup-pruned = Sauvegardes supprimées : { $count }
cli-unfinished = Le rétablissement d’une sauvegarde a été interrompu ; carnet le termine…
cli-backup-restored = La sauvegarde a remplacé les données. Tout le monde doit se reconnecter.
cli-backup-confirm = Toutes les données seront remplacées par { $name }. Tapez « oui » pour continuer :
cli-backup-confirm-word = oui
cli-backup-kept = Rien n’a été changé.
cli-backup-yes = Sans terminal où confirmer, ajoutez --yes : la sauvegarde remplace toutes les données.
cli-cache-kind = Cache : { $kind }
cli-cache-flushed = Le cache est vide. Rien n’est perdu : il se remplit à l’usage.
cli-seeded = { $students } élèves inventés ont été ajoutés.
cli-man-written = Les pages de manuel sont dans { $path }.
cli-init-ask-name = Nom de l’école ?
cli-init-ask-year = Année scolaire ?
cli-init-ask-preset = Modèle (mali ou france) ?
cli-init-ask-admin = Compte d’administration ?
cli-init-ask-password = Son mot de passe (8 caractères au moins) :
cli-init-ask-again = Encore une fois :
cli-init-differ = Les deux mots de passe ne sont pas les mêmes. Recommencez.
cli-init-no-terminal = Sans terminal, donnez --name, --admin et --password-file.
cli-init-done = L’école { $name } est ouverte. Connectez-vous avec le compte { $user }.
cli-init-keys = Les clés sont dans { $path } : gardez-en une copie en lieu sûr.
cli-demo-not-empty = Le dossier { $path } n’est pas vide. Donnez un dossier nouveau.
cli-demo-no-year = Aucune année scolaire ne va avec la date de cette machine ({ $date }). Réglez l’horloge, puis recommencez.
cli-demo-kept = L’école d’essai est prête. Ouvrez-la par « carnet --config { $path } » ; mot de passe de tous les comptes : { $password }
cli-demo-progress = { $done } élèves sur { $total }
cli-doctor-open = D’autres comptes peuvent lire ou changer { $path }. Faites chmod 600.
cli-doctor-kept = { $user } : { $class } · { $subject } · { $count ->
    [one] une note gardée
   *[other] { $count } notes gardées
} sur cette machine depuis { $since } ({ $stuck } à régler à l’écran).
cli-doctor-kept-damaged = Des lignes illisibles dans les notes gardées de { $user } : { $count }. Le fichier reste comme il est, dans { $path }.
cli-doctor-finding = À voir : { $finding }
cli-doctor-stale = Moyennes qui ne viennent pas des notes : { $count }. Lancez « carnet doctor --rebuild ».
cli-doctor-boundary = Qui peut lire { $path } ou la configuration voit tout : les rôles ne protègent que si carnet tourne sous un compte de service (voyez README, « Qui peut quoi »).
cli-doctor-good = Tout va bien.
cli-import-unreadable = { $path } ne se lit pas : { $why }.
cli-import-refused = Lignes refusées : { $count }. Rien n’a été écrit. Corrigez-les, ou ajoutez --only-good pour faire les autres.
cli-import-dry = Rien n’a été écrit : c’était un essai.
cli-import-nothing = Rien à écrire : tout est déjà ainsi.
cli-import-stopped = L’import s’est arrêté en chemin. Lignes enregistrées : { $done } (carnet undo { $act } les reprend). Raison de l’arrêt : { $why } Lancez la même commande de nouveau pour le reste.
cli-fate-create = à créer
cli-fate-update = à modifier
cli-fate-unchanged = sans changement
cli-fate-refuse = à refuser
cli-lamp-good = en marche
cli-lamp-slow = lent
cli-lamp-gone = absent
cli-progress = { $done } sur { $total }
cli-yes = oui
cli-no = non
cli-rank-of = { $rank } sur { $of } ({ $term })

## Ligne de commande : colonnes
cli-col-name = Nom
cli-col-level = Niveau
cli-col-series = Série
cli-col-short = Nom court
cli-col-coefficient = Coef
cli-col-coefficients = Par niveau et série
cli-col-year = Année
cli-col-term = Période
cli-col-current = En cours
cli-col-starts = Début
cli-col-ends = Fin
cli-col-title = Titre
cli-col-kind = Genre
cli-col-date = Date
cli-col-scale = Barème
cli-col-published = Publiée
cli-col-matricule = Matricule
cli-col-last = Nom
cli-col-first = Prénom
cli-col-evaluation = Évaluation
cli-col-score = Note
cli-col-code = Code
cli-col-teacher = Enseignant
cli-col-class = Classe
cli-col-subject = Matière
cli-col-username = Compte
cli-col-role = Rôle
cli-col-disabled = Fermé
cli-col-linked = Élèves
cli-col-sex = Sexe
cli-col-average = Moyenne
cli-col-phone = Téléphone
cli-col-status = Situation
cli-col-birth-date = Date de naissance
cli-col-birth-place = Lieu de naissance
cli-col-rank = Rang
cli-col-student = Élève
cli-col-count = Élèves classés
cli-col-without = Sans moyenne
cli-col-mean = Moyenne
cli-col-min = Plus basse
cli-col-max = Plus haute
cli-col-median = Médiane
cli-col-deviation = Écart type
cli-col-pass-rate = Réussite (en %)
cli-col-below = Sous 10
cli-col-file = Fichier
cli-col-at = Date
cli-col-bytes = Octets
cli-col-documents = Documents
cli-col-hits = Trouvés
cli-col-misses = Manqués
cli-col-fills = Remplis
cli-col-refused-fills = Refusés
cli-col-invalidations = Invalidés
cli-col-store = Données
cli-col-format = Format
cli-col-cache = Cache
cli-col-students = Élèves
cli-col-marks = Notes
cli-col-findings = À voir
cli-col-stale = Moyennes fausses
cli-col-rebuilt = Moyennes refaites
cli-col-row = Ligne
cli-col-fate = Sort
cli-col-detail = Détail
cli-col-reason = Raison

## Lecture de fichiers
csv-empty = Le fichier est vide. Il faut une ligne de titres, puis une ligne par élève.
csv-binary = Ce fichier n’est pas un tableau de texte. Enregistrez le tableau au format CSV et recommencez.
csv-spreadsheet = C’est un fichier de tableur. Enregistrez-le au format CSV (séparateur point-virgule) et recommencez.
csv-too-large = Le fichier dépasse { $mebibytes } Mio. Coupez-le en plusieurs fichiers.
csv-too-many-columns = Le tableau a plus de { $max } colonnes. Ne gardez que celles qui servent.
csv-too-many-rows = Le tableau a plus de { $max } lignes. Coupez-le en plusieurs fichiers.
csv-open-quote = Un guillemet (") s’ouvre à la ligne { $line } et n’est jamais fermé : tout ce qui suit serait une seule case. Fermez-le ou ôtez-le, puis recommencez.
csv-long-row = La ligne { $row } a plus de cases que la ligne de titres. Vérifiez les séparateurs et les guillemets de cette ligne.
## Élèves : la liste
students-title = Élèves
students-about = Chercher, trier, ajouter, modifier, supprimer
students-about-edit = Chercher, trier, ajouter, modifier
students-about-look = Chercher, trier, voir les fiches
students-of-class = Élèves de { $class }
students-average = Moy
students-filter = Filtre
students-filter-none = tous les élèves
students-filter-example = Exemples : traoré awa · classe:TSE moy<10 · sexe:F tel:7612 · -statut:actif
students-found = { $count ->
    [one] { $shown } élève
   *[other] { $shown } élèves
}
students-order-up = Ordre : { $column }, croissant
students-order-down = Ordre : { $column }, décroissant
students-chosen = { $count ->
    [one] 1 choisi
   *[other] { $count } choisis
}
students-loading = Lecture des élèves…
students-retry = r relit la liste.
students-none = Il n’y a encore aucun élève. a ajoute le premier ; l’écran « Importer des élèves » (Échap, puis le menu) en lit un fichier entier.
students-none-for-you = Il n’y a aucun élève dans vos classes. Demandez au secrétariat si cela vous étonne.
students-none-found = Aucun élève ne correspond à ce filtre. Échap montre de nouveau tous les élèves ; f change le filtre.
students-none-found-digits = Aucun élève ne correspond à ce filtre. D’un numéro de téléphone, tapez au moins trois chiffres. Échap montre de nouveau tous les élèves.
students-word-class = classe
students-word-average = moy
students-nobody-here = Il n’y a aucun élève ici.
students-may-not-edit = Votre rôle ne permet pas d’ajouter ni de modifier des élèves. Demandez au secrétariat.
students-may-not-delete = Votre rôle ne permet pas de supprimer des élèves. Demandez à l’administration.
students-nothing-to-undo = Il n’y a pas de suppression à annuler ici. R montre tous les élèves supprimés.
students-no-search = Tapez / puis un nom pour chercher ; n et N vont ensuite d’un élève trouvé à l’autre.
students-name-stays = La colonne Nom reste toujours.
students-sort-title = Trier par (le même encore une fois : dans l’autre sens)
students-columns-title = Colonnes montrées
students-delete-title = Supprimer
students-delete-one = Supprimer { $name } ({ $matricule }) ? Son compte, s’il en a un, sera fermé. Notes et historique restent gardés ; u annule juste après, R plus tard.
students-delete-many = Supprimer les { $count } élèves choisis ? Leurs comptes, s’ils en ont, seront fermés. Notes et historiques restent gardés ; u annule juste après, R plus tard.
students-deleted = { $name } : supprimé de la liste. u annule.
students-deleted-many = { $count } élèves supprimés. u annule.
students-not-deleted = { $name } n’est pas supprimé. { $why }
students-back-again = C’est annulé : tout est revenu.
students-copied = { $count ->
    [one] 1 ligne copiée.
   *[other] { $count } lignes copiées.
}
deleted-title = Élèves supprimés
deleted-empty = Aucun élève supprimé.
deleted-column-name = Élève
deleted-column-at = Supprimé le
deleted-column-by = Par
deleted-key-back = Faire revenir l’élève, avec ses notes et son compte
deleted-hint-back = faire revenir
deleted-only-back = Ici, on fait seulement revenir les élèves supprimés : Entrée.
deleted-back = L’élève est revenu, avec ses notes et son compte.

students-key-open = Ouvrir la fiche de l’élève
students-hint-open = fiche
students-key-choose = Choisir l’élève pour une action sur plusieurs
students-hint-choose = choisir
students-key-filter = Filtrer : classe:TSE moy<10 nom:tra, ou des mots
students-hint-filter = filtrer
students-key-search = Chercher un mot de plus
students-key-sort = Trier par une colonne
students-hint-sort = trier
students-key-add = Ajouter un élève
students-hint-add = ajouter
students-key-edit = Modifier l’élève
students-hint-edit = modifier
students-key-delete = Supprimer l’élève, ou ceux qui sont choisis
students-key-undo = Annuler la suppression
students-key-deleted = Élèves supprimés : les retrouver, les faire revenir
students-key-columns = Choisir les colonnes montrées
students-hint-columns = colonnes
students-key-reverse = Renverser l’ordre
students-key-down = Descendre (10j : de dix)
students-key-up = Monter (10k : de dix)
students-key-page-down = Page suivante
students-key-page-up = Page précédente
students-key-choose-down = Choisir et descendre
students-key-choose-up = Choisir et monter
students-key-next = Élève trouvé suivant
students-key-previous = Élève trouvé précédent
students-key-copy = Copier l’élève ou ceux qui sont choisis
students-key-reread = Relire la liste
students-key-back = Lâcher le choix, puis le filtre, puis revenir
students-bar-accept = garder le filtre
students-bar-cancel = comme avant
students-pick-take = choisir
students-pick-close = fermer

## Élèves : le formulaire
student-form-title-new = Nouvel élève
student-form-title = Modifier un élève
student-form-about = Nom, classe, téléphone, premières notes
student-form-heading-new = Ctrl-S enregistre, F6 enchaîne sur le suivant. Nom et prénom suffisent.
student-form-heading = Ctrl-S enregistre. Échap revient.
student-form-reading = Lecture de la fiche…
student-form-retry = Une touche relit la fiche ; Échap revient.
student-form-help-choice = Tapez les premières lettres, ou changez avec ← et → ; Retour arrière efface.
student-form-help-matricule = Laissez vide : carnet donne le prochain numéro.
student-form-help-phone = Comme on l’écrit : 76 12 34 56. Il ne peut servir qu’à un élève.
student-form-help-date = Jour, mois, année : 31/05/2010.
student-form-save = enregistrer
student-form-saving = Enregistrement en cours…
student-form-wrong = Rien n’est enregistré : corrigez ce qui est marqué.
student-form-not-saved = Rien n’est enregistré, et rien de ce que vous avez tapé n’est perdu. { $why }
student-form-added = { $name } : la fiche est créée, matricule { $matricule }.
student-form-changed = La fiche de { $name } est enregistrée.
student-form-key-save-next = Enregistrer et passer à l’élève suivant de la classe
student-form-hint-save-next = enreg. + suivant
student-form-next-only-new = Ce formulaire modifie un élève ; F6 enchaîne seulement les nouveaux.
student-form-key-next = Champ suivant
student-form-hint-next = champ suivant
student-form-key-previous = Champ précédent
student-form-key-change = Changer un choix
student-form-key-marks = Donner les premières notes
student-form-hint-marks = premières notes
student-form-key-fields = revenir à la fiche
student-form-mark-next = note suivante
student-form-mark-previous = Note précédente
student-form-marks = Premières notes en { $class } · { $term }
student-form-marks-help = 12,5 ou ABS, DISP, NN, NR ; vide : pas de note. Ctrl-S enregistre tout.
student-form-marks-reading = Lecture des évaluations de la classe…
student-form-marks-none = La classe n’a pas encore d’évaluation ouverte dans cette période. Échap revient à la fiche.
student-form-marks-typed = { $count ->
    [one] Avec 1 note (F4).
   *[other] Avec { $count } notes (F4).
}
student-form-marks-class-first = Choisissez d’abord la classe.
student-form-marks-on-sheets = Les notes d’un élève déjà inscrit se saisissent sur les feuilles de sa classe.
student-form-marks-not-yours = Votre rôle ne permet pas de saisir des notes.
student-form-marks-other-class = La classe a changé : vérifiez les notes, puis enregistrez de nouveau.
student-form-marks-homeless = { $count ->
    [one] 1 note tapée pour l’autre classe n’a pas sa place dans celle-ci et n’est pas reprise.
   *[other] { $count } notes tapées pour l’autre classe n’ont pas leur place dans celle-ci et ne sont pas reprises.
}
student-form-clash-title = Quelqu’un d’autre a modifié cette fiche
student-form-clash-text = Vous avez tous les deux changé :
student-form-clash-line = { $field } : vous « { $mine } », l’autre « { $theirs } »
student-form-clash-keep = Garder et enregistrer mes valeurs
student-form-clash-take = Reprendre celles de l’autre
student-form-clash-taken = Les valeurs de l’autre sont reprises dans le formulaire. Ctrl-S enregistre le reste.

## Élèves : la fiche
student-card-title = Fiche
student-card-reading = Lecture…
student-card-retry = r relit ; Échap revient à la liste.
student-card-not-there = Cet élève n’est plus dans la liste : quelqu’un l’a supprimé.
student-card-gone = Cet élève est supprimé. u annule la suppression ; Échap revient à la liste.
student-card-gone-already = Cet élève est supprimé. u annule.
student-card-no-list = Ouvrez la fiche depuis la liste pour passer d’un élève à l’autre.
student-card-no-history = Votre rôle ne montre pas l’historique.
student-card-first = C’est le premier élève de la liste.
student-card-last = C’est le dernier élève de la liste.
student-card-no-class = Sans classe
student-card-born-at = { $born } à { $place }
student-card-birth-place = Lieu de naissance : { $place }
student-card-phone = Tél. { $phone }
student-card-no-phone = Pas de téléphone
student-card-account = Compte : { $account }
student-card-no-account = Pas de compte
student-card-year = Année
student-card-average = Moyenne
student-card-rank = Rang
student-card-tab-marks = Notes { $term }
student-card-tab-history = Historique
student-card-subject = Matière
student-card-coefficient = Coef
student-card-marks = Notes
student-card-all = { $subject } : { $marks }
student-card-no-marks = Pas encore de notes dans cette période. ← et → montrent les autres.
student-card-marks-not-yours = Votre rôle ne montre pas les notes.
student-card-no-past = Rien n’a encore changé.
student-card-mark = { $subject } · { $evaluation } ({ $term }) : { $old } → { $new }
student-card-taken-back = Annulé : { $what }
student-card-again = Rétabli : { $what }
student-card-created = Fiche créée
student-card-removed = Supprimé de la liste
student-card-unknown = Autre changement ({ $action })
student-card-field = { $field } : { $old } → { $new }
student-card-key-sheet = Ouvrir la feuille de la classe dans cette matière
student-card-key-explain = Expliquer la moyenne de la matière : notes, fractions, arrondi
student-card-key-explain-general = Expliquer la moyenne générale de la période
student-card-explain-title = Pourquoi cette moyenne : { $subject } · { $term }
student-card-explain-general = Moyenne générale { $term } : { $student }
student-card-explained-with-marks = Les moyennes s’expliquent dans l’onglet des notes : Tab y mène.
student-card-nothing-to-explain = Rien à expliquer ici : il n’y a pas de notes dans cette période.
student-card-not-every-subject = Cette moyenne compte aussi des matières que vous ne voyez pas, ou un coefficient changé depuis : seule une partie s’expliquerait ici.
student-card-hint-sheet = feuille
student-card-sheet-not-yours = Votre rôle n’ouvre pas les feuilles de notes.
student-card-no-sheet = Choisissez une matière de l’onglet Notes.
student-card-terms-with-marks = Les périodes sont celles des notes (Tab).
student-card-key-tab = Des notes à l’historique, et retour
student-card-hint-tab = historique
student-card-hint-tab-marks = notes
student-card-key-next-term = Période suivante
student-card-hint-term = période
student-card-key-previous-term = Période précédente
student-card-key-next = Élève suivant de la liste
student-card-hint-next = élève suivant
student-card-key-previous = Élève précédent de la liste
student-card-key-edit = Modifier l’élève
student-card-hint-edit = modifier
student-card-key-delete = Supprimer l’élève
student-card-hint-delete = supprimer
student-card-key-undo = Annuler la suppression
student-card-key-reread = Relire la fiche
## Feuille de notes
sheet-reading = Lecture de la feuille…
sheet-not-read-yet = La feuille n’est pas encore lue. Attendez un instant.
sheet-year-closed = Année close : lecture seule.
sheet-closed = Période close : lecture seule. L’administrateur peut la rouvrir.
sheet-not-yours = Lecture seule : cette matière n’est pas à vous dans cette classe.
sheet-only-look = Lecture seule : votre rôle consulte les notes sans les changer.
sheet-no-columns = Pas encore d’évaluation. Ajoutez-en une avec « + ».
sheet-no-columns-yet = Cette feuille n’a pas encore d’évaluation.
sheet-new-column = ↵ Nouvelle évaluation (Entrée)
sheet-no-students = Cette classe n’a pas encore d’élève. Ajoutez-en depuis l’écran Élèves.
sheet-has-left = L’élève a quitté la classe : ses notes ne changent plus ici.
sheet-left = n’est plus là
sheet-cancelled = Abandonné ; rien n’a changé.
sheet-too-long = Une note a { $max } caractères au plus ; la suite a été laissée de côté.
sheet-nothing-to-repeat = Rien à répéter : entrez d’abord une note.
sheet-given-up = La note refusée est abandonnée ; celle qui est enregistrée est de nouveau affichée.
sheet-top-row-is-off = La rangée du haut n’est pas lue comme des chiffres. F6 change cela.
sheet-top-row-on = La rangée du haut est lue comme des chiffres : & é " ' ( - è _ ç à font 1 2 3 4 5 6 7 8 9 0.
sheet-top-row-off = La rangée du haut n’est plus lue comme des chiffres.
sheet-nothing-to-undo = Vous n’avez rien à annuler sur cette feuille.
sheet-nothing-to-redo = Vous n’avez rien à rétablir sur cette feuille.
sheet-undo-given-up = L’annulation attendait une note qui n’a pas été enregistrée : elle est abandonnée.
sheet-last-row = C’est le dernier élève. Tab passe à la colonne suivante.
sheet-no-empty-cell = Il n’y a plus de case vide.
sheet-no-other-term = Il n’y a pas d’autre période de ce côté.
sheet-unsettled = Des notes ne sont pas encore enregistrées. Attendez leur signe, ou réglez celles marquées ! ou ≠, puis changez de période.
sheet-value-empty = vide
sheet-saved = { $student } · { $column } · { $value } enregistré à { $at }
sheet-replaced = { $student } · { $column } · { $value } remplace { $before } ({ $at }) ; u annule
sheet-typed-ahead = « { $text } » tapé avant l’ouverture : rien n’est entré.
sheet-no-such-key = « { $text } » n’est pas une note. Tapez un nombre, ou ? pour les touches.
sheet-emptied = { $student } · { $column } · note effacée à { $at }
sheet-kept = { $student } · { $column } · { $value } gardé ici, partira tout seul
sheet-kept-first = Le stockage ne répond pas. Continuez à taper : chaque note marquée ~ est gardée sur cette machine, même en cas de coupure, et partira toute seule.
sheet-out-of-date = Le stockage ne répond pas : cette feuille n’est pas à jour, elle sera relue dès son retour. Continuez à taper.
sheet-up-to-date = La feuille est de nouveau à jour.
sheet-kept-here = Cette note est gardée sur cette machine ; elle partira dès que le stockage répondra.
sheet-kept-undone = Annulé : { $student } · { $column } · { $value } ne partira pas
sheet-kept-sent = Le stockage répond de nouveau : { $count ->
    [one] la note gardée ici est enregistrée.
   *[other] { $count } notes gardées ici sont enregistrées.
}
sheet-kept-stuck = { $count ->
    [one] Une note gardée ici n’a pas pu être enregistrée
   *[other] { $count } notes gardées ici n’ont pas pu être enregistrées
} : allez sur les cases marquées ≠ ou !, et choisissez.
sheet-kept-lost = Ces notes étaient gardées sur cette machine, mais leur évaluation ou leur élève n’est plus sur cette feuille. Saisissez-les ailleurs, ou abandonnez-les depuis l’écran « Notes gardées » :
    { $list }
sheet-step-offline = Le stockage ne répond pas : seule une note gardée ici et pas encore envoyée peut être annulée. { $why }
sheet-undone = Annulé : { $student } · { $column } · { $before } → { $after }
sheet-redone = Rétabli : { $student } · { $column } · { $before } → { $after }
sheet-not-stored = { $student } · { $column } : { $why }
sheet-offline = Les notes tapées restent ici et partiront toutes seules. { $why }
sheet-offline-locked = Pas encore enregistré : un autre programme occupe le stockage. Les notes marquées ~ restent ici et partiront toutes seules.
sheet-offline-full = Pas encore enregistré : le disque est plein. Libérez de la place ; les notes marquées ~ restent ici et partiront toutes seules.
sheet-offline-unreachable = Pas encore enregistré : le stockage ne répond pas. Les notes marquées ~ restent ici et partiront toutes seules.
sheet-waiting = Pas encore enregistré :
sheet-waiting-more = … et { $count } de plus
sheet-quit-title = Quitter carnet
sheet-quit-text = Vous avez tapé « q ». Voulez-vous quitter carnet ?
sheet-key-quit = Quitter carnet (demande d’abord : « q » est près de « a »)
sheet-several-saved = { $count ->
    [one] 1 note enregistrée
   *[other] { $count } notes enregistrées
 } ; remplacées : { $replaced }. u annule le tout.
sheet-paste-open = Validez ou abandonnez d’abord la case que vous tapez, puis collez les lignes.
sheet-cell-gone-title = Note sans case
sheet-cell-gone = La colonne ou l’élève vient d’être supprimé par quelqu’un d’autre. Vous étiez en train de taper : { $text }
sheet-lost = La colonne ou l’élève a été supprimé par quelqu’un d’autre. Ces notes n’ont pas été enregistrées :
    { $list }
sheet-heading-number = N°
sheet-heading-student = Élève
sheet-heading-average = Moy
sheet-heading-rank = Rang
sheet-heading-band = Mention
sheet-columns-seen = col. { $from } à { $to } sur { $count }
sheet-about-scale = sur { $scale }
sheet-about-coefficient = coef. { $coefficient }
sheet-about-unpublished = * pas montrée aux familles
sheet-foot-entered = saisies { $filled }/{ $students }
sheet-foot-figures = Moy : { $mean }  min { $min }  max { $max }  σ { $deviation }  ≥{ $pass } { $rate } %
sheet-clash-own = { $student } · { $column } : vous y avez mis vous-même { $theirs } à { $at }, ailleurs, pendant que vous écriviez ici.
sheet-clash-theirs-own = s  Garder l’autre : { $value } (vous-même, ailleurs)
sheet-clash-title = Deux notes pour une case
sheet-clash = { $student } · { $column } : { $by } y a mis { $theirs } à { $at }, pendant que vous écriviez.
sheet-clash-here = { $what } Entrée pour choisir.
sheet-clash-theirs = s  Garder la sienne : { $value } ({ $by })
sheet-clash-mine = m  Mettre la mienne : { $value }
sheet-clash-undo = m  Annuler quand même ma note d’avant
sheet-clash-redo = m  Rétablir quand même ma note
sheet-clash-leave = Échap  Laisser pour plus tard
sheet-kept-theirs = { $student } · { $column } · { $value } est gardé.
sheet-explain-title = Pourquoi cette moyenne : { $student }
sheet-delete-title = Supprimer l’évaluation
sheet-delete-text = { $count ->
    [0] Supprimer « { $title } » ? Elle n’a aucune note.
    [one] Supprimer « { $title } » et sa note ?
   *[other] Supprimer « { $title } » et ses { $count } notes ?
} « u », juste après, la fait revenir.
sheet-column-saved = « { $title } » est enregistrée.
sheet-column-saved-outside = « { $title } » est enregistrée, mais le { $date } n’est pas dans { $term } de { $year }. Est-ce la bonne date ?
sheet-column-deleted = « { $title } » est supprimée. « u » la fait revenir telle qu’elle était.
sheet-column-back = L’évaluation est revenue telle qu’elle était.

## Feuille de notes : touches
sheet-key-enter = Descendre (feuille vide : nouvelle évaluation ; conflit : choisir)
sheet-hint-enter = suivant
sheet-hint-enter-new = nouvelle évaluation
sheet-key-tab = Case à droite, puis ligne suivante
sheet-hint-tab = à droite
sheet-key-back-tab = Case à gauche
sheet-key-type = Taper une note : 12,5 ou 12.5, puis Entrée
sheet-key-type-top-row = La rangée du haut sans Maj vaut 1 2 3 4 5 7 8 9 0, et « - » vaut 6 (F6 change cela)
sheet-key-abs = ABS : absence justifiée
sheet-hint-abs = ABS
sheet-key-absn = ABSN : absence non justifiée
sheet-key-disp = DISP : dispense
sheet-hint-disp = DISP
sheet-key-nn = NN : non noté
sheet-hint-nn = NN
sheet-key-nr = NR : non rendu
sheet-key-undo = Annuler votre dernière note, ou celles entrées d’un seul geste, ou le dernier changement d’une évaluation
sheet-hint-undo = annuler
sheet-key-redo = Rétablir ce qui vient d’être annulé
sheet-key-explain = Expliquer la moyenne de l’élève
sheet-hint-explain = expliquer
sheet-key-add = Nouvelle évaluation
sheet-hint-add = éval.
sheet-key-edit = Corriger la case sur place
sheet-key-empty = Vider la case
sheet-key-repeat = Répéter la dernière note entrée
sheet-key-next-empty = Case vide suivante
sheet-key-find = Aller à un élève par le début de son nom
sheet-key-next-match = Élève suivant de ce nom
sheet-key-previous-match = Élève précédent de ce nom
sheet-key-extend = Prendre plusieurs cases vers le bas (puis y copie, a d n r remplissent, Suppr vide)
sheet-key-extend-up = Prendre plusieurs cases vers le haut
sheet-key-extend-right = Prendre plusieurs cases vers la droite
sheet-key-extend-left = Prendre plusieurs cases vers la gauche
sheet-key-copy = Copier la case, ou les cases prises
sheet-key-copy-column = Copier toute la colonne
sheet-range-key-let-go = Lâcher les cases prises
sheet-range-hint-let-go = lâcher
sheet-find-key-keep = Rester sur cet élève
sheet-find-hint-keep = rester ici
sheet-find-hint-next = suivant
sheet-find-key-cancel = Revenir où l’on était
sheet-find-hint-cancel = revenir
sheet-find = Élève :
sheet-find-first = Cherchez d’abord un nom avec « / ».
sheet-find-nobody = Personne ici dont le nom commence par « { $text } ».
sheet-find-no-other = Personne d’autre dont le nom commence par « { $text } ».
sheet-nothing-to-copy = Il n’y a pas de case ici.
sheet-range = { $count ->
    [one] 1 case prise
   *[other] { $count } cases prises
} : y copie, a d n r remplissent, Suppr vide, Échap lâche.
sheet-copied = { $count ->
    [one] 1 case copiée.
   *[other] { $count } cases copiées.
}
sheet-key-edit-column = Changer l’évaluation : genre, titre, date, barème, coefficient, publication
sheet-key-delete-column = Supprimer l’évaluation (demande d’abord)
sheet-key-next-term = Période suivante
sheet-key-previous-term = Période précédente
sheet-key-left = Aller à gauche
sheet-key-right = Aller à droite
sheet-key-page-down = Descendre d’une page
sheet-key-page-up = Monter d’une page
sheet-key-first-column = Première évaluation
sheet-key-last-column = Dernière évaluation
sheet-key-top-row = Lire, ou non, la rangée du haut comme des chiffres
sheet-edit-key-enter = Enregistrer et descendre
sheet-edit-hint-enter = enregistrer, descendre
sheet-edit-key-tab = Enregistrer et aller à droite
sheet-edit-hint-tab = à droite
sheet-edit-key-back-tab = Enregistrer et aller à gauche
sheet-edit-key-up = Enregistrer et monter
sheet-edit-key-left = Enregistrer et aller à gauche (après F2 : reculer dans la case)
sheet-edit-key-right = Enregistrer et aller à droite (après F2 : avancer dans la case)
sheet-edit-key-home = Au début de la case
sheet-edit-key-end = À la fin de la case
sheet-edit-key-backspace = Effacer le caractère d’avant
sheet-edit-key-clear = Effacer tout ce qui est tapé
sheet-edit-key-delete = Effacer le caractère d’après
sheet-edit-key-in-place = Les flèches bougent dans la case
sheet-edit-key-cancel = Abandonner
sheet-edit-hint-cancel = abandonner
sheet-clash-key-theirs = Garder la note de l’autre
sheet-clash-hint-theirs = garder la sienne
sheet-clash-key-mine = Mettre la mienne
sheet-clash-hint-mine = mettre la mienne
sheet-clash-key-leave = Laisser pour plus tard ; Entrée sur la case y revient
sheet-clash-hint-leave = plus tard
sheet-clash-key-choose = Choisir ce qui est marqué
sheet-column-key-save = Enregistrer l’évaluation
sheet-column-hint-save = enregistrer
sheet-column-key-cancel = Abandonner
sheet-column-hint-cancel = abandonner

## Feuille de notes : saisie rapide
sheet-pad-on = Pavé numérique : 125 fait 12,5, 75 fait 7,5, 825 fait 8,25. La lecture s’affiche avant Entrée.
sheet-pad-off = Saisie ordinaire : la virgule se tape.
sheet-pad-reading = { $typed } se lit { $value }. Entrée l’enregistre.
sheet-title-pad = pavé
sheet-across-on = Entrée va maintenant à droite.
sheet-across-off = Entrée descend maintenant.
sheet-key-pad = Pavé numérique : lire 125 comme 12,5 (ou non)
sheet-key-across = Entrée va à droite, ou descend
sheet-key-dictate = Dictée : quelques lettres du nom, la note, Entrée, copie suivante
sheet-edit-key-down = Enregistrer et descendre
sheet-edit-hint-enter-right = enregistrer, à droite
sheet-dictate-begun = Dictée pour { $column } : tapez quelques lettres du nom, puis la note.
sheet-dictate-title = { " " }Dictée · { $column } · { $filled } notes sur { $all }
sheet-dictate-name = Élève :
sheet-dictate-value = Note :
sheet-dictate-count = { $count ->
    [0] personne
    [one] 1 élève
   *[other] { $count } élèves : ↓ choisit
}
sheet-dictate-marked = déjà noté : { $value }
sheet-dictate-name-first = Tapez d’abord quelques lettres du nom.
sheet-dictate-nobody = Personne ici ne s’appelle « { $text } ». Effacez des lettres, ou Échap pour recommencer.
sheet-dictate-mark = Tapez la note, ou un code : a ABS, A ABSN, d DISP, n NN, r NR.
sheet-dictate-again = { $student } a déjà { $before }. Entrée encore une fois met { $value } à la place ; Échap laisse.
sheet-dictate-gone = L’élève ou la colonne n’est plus sur cette feuille. Rien n’a été entré.
sheet-dictate-all = Toutes les copies de cette évaluation sont notées.
sheet-dictate-key-confirm = Prendre l’élève (puis note ou code) ; enregistrer la note
sheet-dictate-hint-confirm = valider
sheet-dictate-key-next = Élève suivant parmi ceux qui conviennent
sheet-dictate-hint-next = autre élève
sheet-dictate-key-previous = Élève précédent
sheet-dictate-key-erase = Effacer la dernière lettre ou le dernier chiffre
sheet-dictate-key-back = Revenir au nom, puis tout effacer, puis quitter la dictée
sheet-dictate-hint-back = revenir
sheet-key-fill = Remplir : une note ou un code dans les cases prises, ou dans les cases vides d’ici au bas de la colonne
sheet-fill-asked = Remplir { $count ->
    [one] 1 case
   *[other] { $count } cases
} avec (note, ou a A d n r) :
sheet-fill-none = Il n’y a pas de case vide d’ici au bas de la colonne. Prenez des cases avec Maj et les flèches pour les remplacer.
sheet-fill-key-show = Montrer ce qui va changer
sheet-fill-hint-show = montrer d’abord
sheet-fill-key-cancel = Abandonner
sheet-preview-title-paste = Coller : { $count ->
    [0] rien à changer
    [one] 1 note va changer
   *[other] { $count } notes vont changer
}
sheet-preview-title-fill = Remplir : { $count ->
    [0] rien à changer
    [one] 1 note va changer
   *[other] { $count } notes vont changer
}
sheet-preview-counts = + nouvelles { $new } · ~ remplacées { $replaced } · = inchangées { $same } · ! refusées { $refused }
sheet-preview-beyond-lines = { $count ->
    [one] Une ligne de plus ne tient pas sous le dernier élève : elle est laissée de côté.
   *[other] { $count } lignes de plus ne tiennent pas sous le dernier élève : elles sont laissées de côté.
}
sheet-preview-beyond-columns = { $count ->
    [one] Une colonne de plus ne tient pas à droite : elle est laissée de côté.
   *[other] { $count } colonnes de plus ne tiennent pas à droite : elles sont laissées de côté.
}
sheet-preview-beyond = Laissé de côté, car au-delà de la feuille : { $lines } lignes et { $columns } colonnes.
sheet-preview-seen = { $from } à { $to } sur { $count } ; ↓ PgSuiv pour la suite
sheet-preview-same = { $value } y est déjà
sheet-preview-too-many = { $count } notes d’un coup, c’est trop : { $max } au plus. Collez-en moins à la fois ; rien n’a été entré.
sheet-preview-nothing = Rien n’a changé : il n’y avait rien à entrer.
sheet-preview-entered = Entrées d’un seul geste : { $count } ; refusées et laissées : { $refused }. « u » annule tout le geste.
sheet-preview-key-enter = Entrer ce qui peut l’être, en un seul geste
sheet-preview-hint-enter = tout entrer
sheet-preview-key-cancel = Ne rien entrer
sheet-preview-hint-cancel = abandonner
sheet-preview-key-refused = Case refusée suivante
sheet-preview-hint-refused = refusée suivante
sheet-together-undone = { $count ->
    [one] 1 note annulée.
   *[other] { $count } notes annulées d’un coup.
}
sheet-together-redone = { $count ->
    [one] 1 note rétablie.
   *[other] { $count } notes rétablies d’un coup.
}
sheet-together-left-out = { $done } { $count ->
    [one] 1 case est restée comme elle était
   *[other] { $count } cases sont restées comme elles étaient
} : { $why }
sheet-together-refused = Aucune des { $count } notes n’est enregistrée. { $why }
sheet-preview-blank = rien de collé : inchangée
sheet-preview-clash = deux notes y attendent un choix
sheet-preview-left = n’est plus dans la classe
sheet-preview-gone = n’est plus sur la feuille
sheet-preview-above = dépasse le barème de { $scale }
sheet-preview-negative = note négative
sheet-preview-too-precise = plus de deux décimales
sheet-preview-other-scale = pas sur { $scale }
sheet-preview-digits = plus de quatre chiffres
sheet-preview-not-a-mark = ni un nombre ni un code
sheet-key-order = Ordre des élèves : par nom, par rang, par numéro d’appel
sheet-key-foot = Bas de la feuille : chiffres de l’évaluation, ou des moyennes
sheet-key-move-left = Déplacer l’évaluation vers la gauche
sheet-key-move-right = Déplacer l’évaluation vers la droite
sheet-order-name = Élèves par nom.
sheet-order-rank = Élèves par rang, tel qu’il est en ce moment : les lignes ne bougent pas pendant la saisie.
sheet-order-call = Élèves par numéro d’appel ; ceux qui n’en ont pas viennent à la fin.
sheet-foot-of-column = Le bas de la feuille montre l’évaluation sous le curseur, en points de son barème.
sheet-foot-of-averages = Le bas de la feuille montre les moyennes.
sheet-foot-column = { $title } : { $mean }  min { $min }  max { $max }  σ { $deviation }  ≥{ $pass } { $rate } %
sheet-move-edge = L’évaluation est déjà au bord de la feuille.
sheet-column-moved = L’évaluation est déplacée. « u » la remet à sa place.
sheet-averages-moved = { $count ->
    [one] 1 moyenne a changé
   *[other] { $count } moyennes ont changé
}
sheet-marks-above-title = Barème refusé
sheet-key-hide = Masquer l’évaluation (elle compte toujours dans la moyenne)
sheet-key-show = Montrer de nouveau toutes les évaluations masquées
sheet-key-freeze = Figer l’évaluation à côté des noms, ou la laisser défiler
sheet-hide-last = C’est la seule évaluation affichée : elle reste.
sheet-hidden = { $count ->
    [one] 1 évaluation masquée ; elle compte toujours. « W » la montre.
   *[other] { $count } évaluations masquées ; elles comptent toujours. « W » les montre.
}
sheet-all-shown = Toutes les évaluations sont affichées.
sheet-none-hidden = Aucune évaluation n’est masquée.
sheet-frozen = L’évaluation reste à côté des noms. « Z » la laisse défiler de nouveau.
sheet-scrolls = L’évaluation défile de nouveau.
sheet-about-frozen = figée
sheet-about-hidden = { $count ->
    [one] 1 masquée
   *[other] { $count } masquées
}

## Évaluation
field-published = Publiée
evaluation-published-yes = oui
evaluation-published-no = non
evaluation-help-date = jour/mois/année ; vide si elle n’est pas fixée
evaluation-help-scale = nombre de points : 20, 40, 7,5
evaluation-help-coefficient = de 0 à 100 ; 0 la laisse hors de la moyenne
evaluation-help-published = les familles voient la colonne
evaluation-new-title = Nouvelle évaluation
evaluation-edit-title = Évaluation

## Moyenne expliquée
explain-none = Rien ne compte encore : pas de moyenne (jamais zéro).
explain-exact = Exactement : { $exact }
explain-not-rounded = Moyenne : { $printed } (pas d’arrondi)
explain-rounded-up = Moyenne : { $printed } (arrondie au centième le plus proche, vers le haut)
explain-rounded-down = Moyenne : { $printed } (arrondie au centième le plus proche, vers le bas)
explain-scales-twenty = Chaque note est d’abord ramenée sur 20, puis comptée par son coefficient.
explain-scales-weight = Chaque note pèse son coefficient fois son barème.
explain-rules = Règles : { $name }, version { $version }
explain-part-all = Toutes les notes
explain-part-class = Note de classe (MC)
explain-part-composition = Composition (NC)
explain-part = { $part } : { $mean }
explain-part-none = { $part } : rien ne compte
explain-counts = sur 20 : { $points }   poids { $weight }
explain-zero = { $code } : compte zéro, par règle   poids { $weight }
explain-left-empty = pas encore entrée : laissée de côté
explain-left-code = { $code } : laissée de côté
explain-left-coefficient = coefficient 0 : laissée de côté
explain-how-nothing = Aucune moyenne
explain-how-mean = Moyenne de toutes les notes, par leur poids
explain-how-only = L’autre partie manque : { $part } compte seule, par règle
explain-how-zero = { $part } manque et compte zéro, par règle
explain-how-weighted = Moyenne = { $formula }
explain-mc = MC
explain-nc = NC
explain-key-close = fermer
explain-hint-down = descendre
explain-general-parts = Moyennes des matières, par leur coefficient
explain-general-part = { $average } × { $coefficient } → { $points }
explain-general-sum = Somme des points : { $points }, divisée par { $weights } (somme des coefficients)
explain-general-printed = Les moyennes des matières comptent telles qu’elles sont imprimées, au centième.
explain-general-exact = Les moyennes des matières comptent exactement, sans arrondi.

## Choix d’une feuille
picker-title = Feuilles de notes
menu-sheets = Feuilles de notes
menu-sheets-about = Entrer les notes, voir moyennes et rangs
menu-sheets-about-look = Voir les notes, moyennes et rangs
picker-mine = Mes feuilles · { $term }
picker-class = Classe · { $term }
picker-subject = { $class } · matière · { $term }
picker-find = Chercher
picker-empty = Aucune feuille ne vous est confiée. Demandez à l’administrateur de vous affecter une classe et une matière.
picker-empty-school = L’école n’a pas encore de classe ou de matière. Ajoutez-les d’abord.
picker-none-found = Rien ne correspond à « { $text } ». Effacez quelques lettres.
picker-key-open = ouvrir
picker-key-clear = Effacer ce qui est tapé, revenir aux classes, ou fermer
picker-hint-clear = revenir
picker-key-next-term = Période suivante
picker-hint-term = période
picker-key-previous-term = Période précédente
## Listes de l’école
list-key-add = Ajouter
list-hint-add = ajouter
list-key-edit = Modifier
list-hint-edit = modifier
list-key-remove = Supprimer (demande confirmation)
list-hint-remove = supprimer
list-key-undo = Annuler le dernier changement fait ici (d’un compte : sa suppression)
list-hint-undo = annuler
list-key-find = Chercher dans la liste
list-hint-find = chercher
list-key-refresh = Relire la liste
list-find-keep = garder
list-find-forget = tout montrer
list-form-cancel = abandonner
list-busy = Un enregistrement est en cours ; attendez sa réponse.
list-nothing-here = Aucune ligne n’est choisie.
list-nothing-to-undo = Il n’y a rien à annuler ici.
list-undone = C’est annulé : tout est comme avant.
list-reading = Lecture…
list-count = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
list-found = { $count } sur { $total }
list-find = Chercher
list-help-choice = ← → change ; tapez quelques lettres pour trouver.
list-abandon = Ce que vous avez tapé sera perdu. Abandonner quand même ?

## Classes
classes-title = Classes
menu-classes-about = Noms, niveaux et séries
classes-new = Nouvelle classe
classes-change = Modifier la classe
classes-empty = Il n’y a pas encore de classe : a en ajoute une.
classes-saved = La classe est enregistrée.
classes-removed = La classe est supprimée ; u la rétablit.
classes-remove = Supprimer la classe
classes-ask-remove = Supprimer la classe { $name } ? Une classe qui a des élèves ou des notes ne se supprime pas.
classes-help-name = Par exemple 10e A, 11e S 2, TSE.
classes-help-level = Par exemple 10e, 11e, Terminale ; les coefficients peuvent en dépendre.
classes-help-series = Par exemple TSE ou TLL ; vide s’il n’y en a pas.

## Matières
subjects-title = Matières
menu-subjects-about = Noms, abrégés et coefficients
subjects-new = Nouvelle matière
subjects-change = Modifier la matière
subjects-empty = Il n’y a pas encore de matière : a en ajoute une.
subjects-saved = La matière est enregistrée ; les moyennes suivent.
subjects-removed = La matière est supprimée ; u la rétablit.
subjects-remove = Supprimer la matière
subjects-ask-remove = Supprimer la matière { $name } ? Une matière qui a des évaluations ou un enseignant ne se supprime pas.
subjects-about = « exemple » : coefficient à confirmer par l’école
subjects-column-position = N°
subjects-column-coefficient = Coef
subjects-column-others = Par niveau ou série
subjects-column-sample = À revoir
subjects-sample = exemple
subjects-help-short = Pour les colonnes étroites, par exemple MATH.
subjects-help-coefficient = De 0 à 100 ; 0 laisse la matière hors de la moyenne générale.
subjects-help-others = Exemple : Terminale/TSE=5, */TLL=2, 10e=3. Facultatif.
subjects-help-position = Sa place dans les listes et sur le bulletin.

## Services d’enseignement
assignments-title = Affectations
menu-assignments-about = Qui enseigne quoi, dans quelle classe
assignments-new = Confier une matière à un enseignant
assignments-empty = Aucune matière n’est encore confiée : a en confie une.
assignments-saved = La matière est confiée ; u l’annule.
assignments-already = Déjà confié à { $teacher } : { $subject }, { $class }. Rien n’a changé.
assignments-removed = La matière est retirée ; u la rend.
assignments-remove = Retirer la matière
assignments-ask-remove = { $teacher } n’aura plus { $subject } en { $class }. Les notes restent. Continuer ?
assignments-fixed = Cette ligne ne se modifie pas : supprimez-la (d) et ajoutez-en une autre (a).
assignments-no-teacher = Il n’y a pas de compte d’enseignant : créez-en un sous « Comptes ».

## Comptes
users-title = Comptes
menu-users-about = Qui se connecte, avec quel rôle
users-new = Nouveau compte
users-change = Modifier le compte
users-empty = Il n’y a pas encore de compte : a en ajoute un.
users-saved = Le compte est enregistré.
users-removed = Le compte est supprimé ; u le rétablit.
users-remove = Supprimer le compte
users-ask-remove = Supprimer le compte de { $name } ({ $username }) ? Ses sessions se ferment tout de suite ; ce qu’il a saisi reste.
users-column-username = Compte
users-column-state = État
users-column-links = Élèves liés
users-open = ouvert
users-closed = fermé
users-link-gone = { $name } (supprimé)
users-state-open = Ouvert : peut se connecter
users-state-closed = Fermé : ne peut pas se connecter
users-field-state = État
users-field-link = Élève à lier
users-help-username = 2 à 32 lettres minuscules sans accent, chiffres, point, tiret.
users-help-state = Fermer un compte met fin à ses sessions ; rien n’est effacé.
users-help-password-made = Vide : carnet en invente un et le montre une seule fois.
users-help-password-keep = Vide : le mot de passe reste le même.
users-help-link = Tapez un nom ou un numéro ; Entrée lie, Retour arrière retire.
users-links = Élèves liés : { $names }
users-no-links = Aucun élève lié (pour un compte d’élève ou de parent).
users-first-password-title = Mot de passe à recopier
users-first-password = Compte : { $username }
    Mot de passe : { $password }

    Recopiez-le maintenant : il ne sera plus montré. Il devra être changé à la première connexion.

## Mes notes
my-title = Mes notes
menu-my-marks = Notes de mes enfants
menu-my-marks-about = Ce que les familles voient
my-key-next-term = Période suivante
my-hint-term = période
my-key-previous-term = Période précédente
my-key-child = Enfant suivant
my-hint-child = enfant
my-hint-logout = sortir
my-one-child = Ce compte n’est lié qu’à un élève.
my-first-term = C’est la première période.
my-last-term = C’est la dernière période.
my-hint-password = mot de passe
my-nothing = Aucune note publiée pour cette période.
my-coefficient = coef { $weight }
my-children = Enfant { $place } sur { $count } (Tab : le suivant)
my-general = Moyenne générale : { $average }
my-place = Rang : { $place }
my-no-place = Le rang vient quand toutes les notes sont publiées.
my-year = Moyenne de l’année : { $average }

## Évaluations d’une feuille
menu-evaluations = Évaluations
menu-evaluations-about = Titre, date, barème, coefficient
evaluations-heading-coefficient = Coef
evaluations-heading-marks = Notes
evaluations-nothing-to-undo = Rien à annuler ici : aucun changement de colonne n’est le vôtre, ou quelqu’un en a fait un depuis.
evaluations-key-edit = Changer l’évaluation
evaluations-hint-edit = changer
evaluations-key-add = Nouvelle évaluation
evaluations-hint-add = ajouter
evaluations-key-delete = Supprimer l’évaluation (demande d’abord)
evaluations-hint-delete = supprimer
evaluations-key-undo = Annuler votre dernier changement d’évaluation
evaluations-hint-undo = annuler
evaluations-key-sheet = Ouvrir la feuille de notes
evaluations-hint-sheet = notes
## Statistiques
stats-title = Statistiques
menu-stats-about = Classes, matières, répartition, meilleurs
stats-key-open = Voir les élèves de la classe ou de la tranche
stats-hint-open = élèves
stats-key-class = Choisir la classe
stats-hint-class = classe
stats-key-subject = Choisir la matière
stats-hint-subject = matière
stats-key-term = Choisir la période
stats-hint-term = période
stats-key-panel = Passer des chiffres aux meilleurs élèves, puis aux matières, et retour
stats-hint-panel = autre vue
stats-key-more = Montrer plus d’élèves
stats-key-fewer = Montrer moins d’élèves
stats-key-ties = Avec ou sans les ex æquo du dernier
stats-key-down = Ligne suivante
stats-key-up = Ligne précédente
stats-key-right = Tranche suivante
stats-key-left = Tranche précédente
stats-pick-take = choisir
stats-pick-close = fermer
stats-whole-school = Toute l’école
stats-general = Moyenne générale
stats-last-term = Dernière période notée
stats-last-term-is = Dernière période notée ({ $term })
stats-by-class = Moyenne par classe
stats-trend = Évolution d’une période à l’autre : { $subject }
stats-by-subject = Matières côte à côte · { $term }
stats-distribution = Répartition des moyennes
stats-bin = De { $from } à { $to } : { $count ->
    [one] { $count } élève
   *[other] { $count } élèves
}
stats-best = Les { $count } meilleurs
stats-with-ties = avec les ex æquo du dernier
stats-without-ties = sans les ex æquo du dernier
stats-count = Élèves avec une moyenne
stats-without = Sans moyenne
stats-mean = Moyenne
stats-median = Médiane
stats-deviation = Écart type
stats-range = De – à
stats-pass-rate = Taux de réussite
stats-below = Au-dessous de 10
stats-percent = { $number } %
stats-nothing = Pas encore de moyenne ici.
stats-no-class = Aucune classe ne vous est confiée.
stats-not-listed = La liste des élèves n’a que la moyenne générale de la période en cours.
stats-only-best = Cette touche sert aux meilleurs élèves (Tab).
stats-best-general = Les meilleurs sont classés par moyenne générale.

## Importer des élèves
import-title = Importer des élèves
menu-import-about = Élèves et notes, depuis un fichier CSV
import-key-open = Lire le fichier, ou ouvrir le dossier
import-hint-open = ouvrir
import-key-complete = Compléter le chemin
import-hint-complete = compléter
import-key-use = Dire à quoi sert la colonne
import-hint-use = colonne
import-key-plan = Voir ce qui serait fait, sans rien changer
import-hint-plan = prévoir
import-key-fill = Remplir ou non ce qui manque
import-hint-fill = remplir
import-key-source = Nom de la source
import-key-drop = Ne pas lire la colonne
import-key-other-file = Choisir un autre fichier
import-hint-back = retour
import-key-commit = Importer ce qui est prévu (demande confirmation)
import-hint-commit = importer
import-pick-down = Descendre ; des lettres cherchent par le nom
import-key-fate = Lignes du sort suivant
import-hint-fate = lignes
import-key-fate-back = Lignes du sort précédent
import-key-columns = Revenir aux colonnes
import-key-students = Voir les élèves
import-hint-students = élèves
import-key-undo = Annuler tout l’import
import-key-again = Importer un autre fichier
import-hint-again = autre fichier
import-which-file = Quel fichier ? Un tableau CSV, une ligne par élève.
import-no-path = Tapez le chemin du fichier.
import-not-found = { $path } n’existe pas. Vérifiez le chemin.
import-denied = Vous n’avez pas le droit de lire { $path }. Changez ses droits ou copiez-le ailleurs.
import-not-a-file = { $path } n’est pas un fichier. Choisissez un fichier CSV.
import-unreadable = { $path } ne se lit pas. Vérifiez le disque, puis recommencez.
import-about = { $count ->
    [one] { $rows } élève
   *[other] { $rows } élèves
} · séparateur : { $delimiter } · { $encoding }
import-semicolon = point-virgule
import-comma = virgule
import-tab = tabulation
import-fill-on = Ce qui manque est rempli (identité : « { $source }:ligne »).  f : ne pas remplir.
import-fill-off = Il faut un matricule ou un téléphone par ligne (f : remplir ce qui manque).
import-column = Colonne
import-examples = Exemples
import-use = Sert à
import-use-nothing = — pas lue
import-use-mark = Note : { $subject } { $term }
import-pick-title = À quoi sert « { $column } » ?
import-pick-none = Rien ne correspond. Pour une matière que l’école n’a pas encore, fermez et appuyez sur f (Remplir ce qui manque).
import-source-help = Les lignes sans matricule ni téléphone sont reconnues par ce nom et leur numéro : gardez-le d’une fois à l’autre.
import-planning = Le plan se prépare…
import-nothing-mapped = Aucune colonne n’est lue : choisissez-en au moins une (Entrée).
import-fate-all = Toutes
import-fate-create = à créer
import-fate-update = à modifier
import-fate-unchanged = inchangées
import-fate-refuse = refusées
import-new-classes = Nouvelles classes : { $names }
import-new-subjects = Nouvelles matières : { $names }
import-working = Import en cours…
import-no-rows = Aucune ligne de ce sort.
import-refused-row = { $column } : { $why }
import-change = { $name } : { $old } → { $new }
import-nothing-to-do = Il n’y a rien à importer dans ce plan.
import-ask-title = Importer
import-ask-all = { $create } à créer, { $update } à modifier. Importer maintenant ? Tout peut être annulé ensuite.
import-ask-good = { $create } à créer, { $update } à modifier ; { $refused } refusées, laissées de côté. Importer les bonnes lignes ?
import-done = L’import est fait.
import-stopped = L’import s’est arrêté en chemin : ce qui est compté ici est enregistré, le reste ne l’est pas. Lisez le même fichier de nouveau pour le reste.
import-undone = Tout l’import est annulé : rien n’en reste.
import-done-create = Élèves créés
import-done-update = Élèves modifiés
import-done-unchanged = Élèves inchangés
import-done-refuse = Lignes refusées
import-row-says = Ligne { $row } : { $what }

## Serveur de base de données
server-address = L’adresse du serveur MongoDB (store.uri) n’est pas une adresse. Forme attendue : mongodb://COMPTE:MOT-DE-PASSE@MACHINE:27017/?replicaSet=rs0 ; les signes /:?#[]@% du mot de passe se codent (%3A pour un deux-points).
server-unknown-host = Aucune machine ne s’appelle { $host }. Vérifiez store.uri, puis le réseau.
server-closed = Aucun serveur MongoDB n’écoute sur { $host }. Démarrez-le (systemctl start mongod), ou corrigez store.uri. carnet réessaie tout seul.
server-silent = { $host } ne répond pas. Vérifiez que le serveur MongoDB tourne et que le pare-feu laisse passer. carnet réessaie tout seul.
server-wants-tls = { $host } a fermé la connexion aussitôt : ce serveur veut sans doute du TLS. Ajoutez tls=true à store.uri (et tlsCAFile=… si son certificat est le vôtre).
server-tls = Pas de connexion TLS sûre avec { $host } ({ $why }). Vérifiez le nom de machine et tlsCAFile dans store.uri, ou le certificat du serveur.
server-standalone = Le serveur MongoDB { $host } est seul, sans transactions. Faites-en un ensemble d’un seul nœud : ajoutez « replication: {"{"} replSetName: rs0 {"}"} » à mongod.conf (ou --replSet rs0), redémarrez-le, puis tapez une fois rs.initiate() dans mongosh.
server-not-initiated = Le serveur MongoDB { $host } attend d’être initialisé. Tapez une fois rs.initiate() dans mongosh sur cette machine ; carnet continue alors tout seul.
server-other-set = L’ensemble du serveur { $host } s’appelle « { $found } ». Corrigez replicaSet= dans store.uri.
server-no-primary = Aucun serveur MongoDB ne prend les écritures en ce moment : une élection est en cours, ou la plupart des serveurs sont arrêtés. carnet réessaie tout seul ; si cela dure, regardez rs.status() dans mongosh.
server-members = Les serveurs de l’ensemble s’appellent entre eux { $names }, et ces noms ne mènent nulle part depuis cette machine. Mettez-les dans le DNS ou /etc/hosts, ou changez-les par rs.reconfig() dans mongosh.
server-old = Le serveur MongoDB { $host } est trop ancien : il faut la version 5 ou une plus récente.
server-credentials = Le serveur MongoDB refuse le compte ou le mot de passe. Corrigez-les dans store.uri (ou dans le fichier de store.uri_file) ; si le compte est d’une autre base, ajoutez authSource=admin.
server-not-allowed = Le compte MongoDB n’a pas les droits sur la base { $database }. Donnez-lui le rôle readWrite : db.grantRolesToUser("COMPTE", [{"{"} role: "readWrite", db: "{ $database }" {"}"}]) dans mongosh.
server-strange = La base { $database } contient des données que carnet n’a pas écrites. Choisissez un autre nom (store.database).
## L’historique
audit-title = Historique
audit-about = Qui a fait quoi, et quand
audit-by = Par
audit-action = Action
audit-stream = Chaîne
audit-seq = N°
audit-target = Objet
audit-old = Avant
audit-new = Après
audit-reason = Motif
audit-fault = Défaut
audit-reading = Lecture de l’historique…
audit-verifying = Vérification de l’historique…
audit-whole = L’historique est complet : { $entries } entrées en { $streams } chaînes, comparées à { $anchors } repères gardés hors de la base.
audit-not-whole = L’historique n’est pas intact ({ $count })
audit-altered = Chaîne { $stream }, entrée n° { $seq } : elle a été modifiée, ou n’a pas été écrite par cette installation.
audit-missing = Chaîne { $stream } : il manque des entrées à partir du n° { $seq }.
audit-cut = Chaîne { $stream } : la fin a été retirée à partir du n° { $seq }.
audit-replaced = Chaîne { $stream }, entrée n° { $seq } : une autre s’y trouvait auparavant.
audit-behind = Chaîne { $stream } : sa fin, telle que la base la garde, a été remise avant le n° { $seq }.
audit-short-altered = modifiée, ou pas écrite par cette installation
audit-short-missing = il manque des entrées à partir de ce numéro
audit-short-cut = la fin a été retirée à partir de ce numéro
audit-short-replaced = une autre s’y trouvait auparavant
audit-short-behind = la fin que garde la base a été remise avant ce numéro
audit-short-anchor = repères hors de la base : ligne modifiée
audit-anchor = Repères gardés hors de la base, ligne { $seq } : elle a été modifiée.
audit-key-show = Montrer l’entrée en entier
audit-hint-show = détails
audit-key-verify = Vérifier que l’historique est intact
audit-hint-verify = vérifier
cli-cmd-audit = Historique : qui a fait quoi
cli-cmd-audit-list = Liste les entrées, les plus récentes d’abord
cli-cmd-audit-verify = Vérifie que l’historique est intact, aussi avec ce qui est gardé hors de la base
cli-arg-stream = Seulement cette chaîne (identifiant d’une feuille, students, users, setup)
cli-arg-audit-student = Seulement cet élève (matricule)
cli-arg-audit-user = Seulement ce compte

## Avancement de la saisie
completion-title = Avancement
completion-about = Notes entrées et manquantes, par classe
completion-heading = Notes entrées · { $term } · ✓ complet  — sans évaluation  ■ clos
completion-reading = carnet compte les notes…
completion-empty = Aucune feuille à montrer : aucune classe, ou aucune matière avec un coefficient.
completion-full = ✓
completion-closed = { $said } ■
completion-no-sheet = Cette classe n’a pas cette matière.
completion-told = { $sheet } : { $entered }/{ $all }, il en manque { $missing } ({ $title } : { $behind }/{ $students }).
completion-told-full = { $sheet } : les { $all } notes sont entrées.
completion-told-nothing = { $sheet } : aucune évaluation.
completion-told-none = { $sheet } : la classe n’a pas cette matière.
completion-whole = En tout : { $entered } notes sur { $all } ; feuilles sans évaluation : { $without }.
completion-key-open = Ouvrir la feuille de notes
completion-hint-open = feuille
completion-key-next-term = Période suivante
completion-key-previous-term = Période précédente
completion-hint-term = période
completion-key-missing = Aller à la prochaine feuille où il manque des notes
completion-hint-missing = manquantes
home-mine = Mes classes · { $term }
home-mine-progress = { $title } : { $entered }/{ $students }
home-mine-full = complet : { $students }/{ $students }
home-mine-nothing = aucune évaluation
home-mine-closed = clos
cli-cmd-stats-completion = Notes entrées et manquantes, par classe, matière et période
cli-col-columns = Évaluations
cli-col-entered = Entrées
cli-col-missing = Manquantes
cli-col-closed = Clos
## Redis : ce qui ne va pas
redis-unknown-host = Aucune machine ne porte ce nom. Vérifiez cache.uri, puis le réseau.
redis-closed = Rien n’écoute à cette adresse. Démarrez Redis (systemctl start redis), ou corrigez cache.uri.
redis-silent = Pas de réponse à temps. Vérifiez que le serveur tourne (redis-cli ping), qu’il n’est pas surchargé et que le pare-feu laisse passer.
redis-slow = Il répond, mais trop lentement pour servir de cache. Rapprochez-le de carnet, ou voyez ce qui l’occupe (redis-cli --latency, SLOWLOG GET).
redis-cut = Le serveur a fermé la connexion. S’il veut du TLS, écrivez rediss:// dans cache.uri ; sinon, regardez son journal.
redis-tls = Pas de connexion TLS sûre ({ $why }). Vérifiez le nom de machine et tlsCAFile dans cache.uri, ou le certificat du serveur.
redis-no-password = Il veut un mot de passe, et cache.uri n’en a pas. Écrivez-le ainsi : redis://:MOT-DE-PASSE@MACHINE:6379 (ou redis://COMPTE:MOT-DE-PASSE@…).
redis-password = Il refuse le compte ou le mot de passe. Corrigez-les dans cache.uri (ou dans le fichier de cache.uri_file).
redis-not-allowed = Ce compte n’a pas les droits qu’il faut à un cache (réponse : { $said }). Donnez-les par ACL SETUSER, comme l’explique docs/operations.md.
redis-full = Sa mémoire est pleine et il n’a pas le droit d’oublier. Augmentez maxmemory, ou choisissez maxmemory-policy allkeys-lru.
redis-read-only = C’est une copie en lecture seule. Mettez dans cache.uri l’adresse du serveur principal, ou celle des Sentinels (redis-sentinel://…).
redis-not-saved = Il ne peut plus enregistrer sur son disque et refuse donc d’écrire. Faites de la place sur ce disque, puis regardez son journal.
redis-no-replicas = Trop peu de copies le suivent (min-replicas-to-write), et il refuse donc d’écrire. Redémarrez les copies, ou voyez INFO replication.
redis-busy = Il relit ses données ou exécute un long script. Attendez un peu.
redis-cluster-down = Une partie du cluster n’a pas de serveur en ce moment. Voyez redis-cli cluster info et redémarrez le nœud qui manque.
redis-no-cluster = Ce serveur ne fait pas partie d’un cluster. Écrivez redis:// dans cache.uri, sans -cluster.
redis-no-sentinel = Aucun Sentinel ne répond. Vérifiez les adresses de cache.uri (port 26379) et que les Sentinels tournent.
redis-no-master = Les Sentinels ne donnent pas de serveur principal utilisable. Vérifiez sentinelServiceName dans cache.uri ; si une bascule est en cours, attendez quelques secondes.
redis-strange = Réponse inattendue : { $said }. Vérifiez cache.uri et le journal de Redis.
## Règles

field-reason = Motif
field-class-weight = Poids de la note de classe
field-composition-weight = Poids de la composition
field-formula = Moyenne de matière
field-missing-part = S’il manque une partie
field-cycles = Autres cycles
field-scales = Barèmes différents
field-unjustified = Absence non justifiée
field-not-handed-in = Travail non rendu
field-general = Moyenne générale
field-rounding = Arrondi
field-ranking = Rangs ex æquo
field-bands = Mentions
field-annual-weights = Poids des périodes
field-pass-mark = Moyenne de réussite
field-phone-required = Téléphone
field-praise = Distinctions
field-sanctions = Sanctions
field-conduct-blocks = Sanction de conduite
field-decisions = Décision du conseil
field-exams = Examens
field-families = Les familles voient
why-rules-moved = Quelqu’un a mis d’autres règles en vigueur entre-temps : { $name }, version { $version }. Relisez-les, puis recommencez.
why-stopped = Arrêté à votre demande : les règles d’avant sont de nouveau en vigueur.
why-gaps = { $count ->
    [one] Il manque quelque chose dans une classe. Regardez la liste, complétez, ou clôturez quand même.
   *[other] Il manque quelque chose dans { $count } classes. Regardez la liste, complétez, ou clôturez quand même.
}
rules-fault-weights = Note de classe et composition ont toutes deux un poids de zéro : donnez un poids à l’une au moins.
rules-fault-weights-cycle = Cycle « { $cycle } » : note de classe et composition ont toutes deux un poids de zéro. Donnez un poids à l’une au moins.
rules-fault-annual = Les poids des périodes ne font pas une moyenne : il en faut un par période (six au plus), dont un au moins n’est pas zéro.
rules-fault-level-twice = Le niveau « { $level } » est nommé deux fois : laissez-le à un seul endroit.
rules-fault-cycle-empty = Le cycle « { $cycle } » n’a aucun niveau : nommez-en un, ou supprimez le cycle.
rules-fault-no-bands = Il n’y a aucune mention : écrivez-en une qui commence à 0.
rules-fault-bands-start = La première mention doit commencer à 0, sinon les plus basses moyennes n’en ont pas.
rules-fault-bands-order = La mention « { $label } » ne commence pas plus haut que celle d’avant : rangez-les par moyenne croissante.
rules-fault-word-twice = « { $label } » est écrit deux fois : gardez-en un.
rules-fault-praise = « { $praise } » commence plus bas que ne finit « { $sanction } » : une même moyenne aurait les deux.
rules-fault-loop = Le passage tourne en rond : de « { $level } » on revient à « { $level } ». Corrigez le niveau suivant.
rules-fault-exam-bounds = Examen « { $exam } » : le rattrapage doit commencer au plus à la moyenne d’admission, qui ne peut être zéro.
rules-fault-exam-weights = Examen « { $exam } » : les deux poids du rattrapage sont zéro.
rules-fault-pass-zero = Une moyenne de réussite de zéro ferait réussir tout le monde : donnez-en une autre.
rules-fault-too-long = Une liste a plus de quarante lignes : raccourcissez-la.
rules-formula-mean = moyenne de toutes les notes, par leur poids
rules-formula-parts = note de classe et composition
rules-missing-other = l’autre partie compte seule
rules-missing-zero = elle compte zéro
rules-scales-twenty = chaque note ramenée sur 20
rules-scales-weight = chaque note pèse son barème
rules-counts-left-out = laissé de côté
rules-counts-zero = compte zéro
rules-general-printed = des moyennes imprimées
rules-general-exact = des fractions exactes
rules-rounding-hundredth = au centième le plus proche
rules-rounding-down = au centième, sans arrondir
rules-rounding-tenth = au dixième le plus proche
rules-ranking-competition = 1, 1, 3
rules-ranking-dense = 1, 1, 2
rules-families-at-once = chaque note tout de suite
rules-families-published = les évaluations publiées
rules-families-closed = les notes des périodes clôturées
explain-year-parts = Moyennes des périodes, par leur poids
explain-year-part = { $average } × { $weight } → { $points }
explain-year-missing = pas de moyenne : laissée de côté, jamais zéro
explain-year-weightless = poids 0 : laissée de côté
explain-year-sum = Somme des points : { $points }, divisée par { $weights } (somme des poids)
explain-year-without = La moyenne annuelle est faite sans { $terms }.
explain-closed = Période clôturée : règles et coefficients d’alors.
explain-partial = Vous ne voyez pas toutes les matières : la somme ne peut être refaite ici.
explain-rounded-dropped = Moyenne : { $printed } (le reste après le centième est abandonné)
explain-rounded-tenth = Moyenne : { $printed } (arrondie au dixième le plus proche)
explain-band = Mention : { $word }
explain-honour = Proposition au conseil : { $word }
explain-decision = Proposition au conseil : { $word }
decision-pass = passe en classe supérieure
decision-pass-into = passe en { $level }
decision-repeat = redouble
decision-exclude = exclusion (redoublement déjà fait)
explain-title-subject = { $subject } · { $term } : { $student }
explain-title-general = Moyenne générale { $term } : { $student }
explain-title-year = Moyenne annuelle { $year } : { $student }
cli-cmd-rules = Règles de l’école : moyennes, rangs, mentions, décisions
cli-cmd-rules-list = Liste les versions des règles
cli-cmd-rules-show = Montre des règles ; avec --format json, pour les modifier
cli-cmd-rules-edit = Enregistre des règles lues d’un fichier JSON
cli-cmd-rules-use = Met d’autres règles en vigueur
cli-cmd-explain = Explique une moyenne jusqu’à la fraction
cli-cmd-terms-status = Dit ce qui est clôturé et ce qui manque
cli-cmd-terms-close = Clôture une période
cli-cmd-terms-reopen = Rouvre une période clôturée
cli-arg-rules-id = Règles : mali:1, ou mali, france pour un modèle
cli-arg-term-or-year = Trimestre ou semestre, ou year pour l’année
cli-arg-anyway = Clôture même s’il manque quelque chose
cli-arg-why-reopen = Motif, gardé dans l’historique
cli-col-rules = Règles
cli-col-in-force = En vigueur
cli-col-by = Par
cli-col-closed-terms = Clôtures
cli-col-before = Avant
cli-col-after = Après
cli-col-state = État
cli-col-lacking = Manque
cli-rules-unknown = Pas de règles « { $id } ». La liste : carnet rules list
cli-rules-unreadable = Ces règles ne se lisent pas, ligne { $line }, colonne { $column } : { $why }
cli-rules-same = Rien à changer : { $id } sont ces règles, déjà en vigueur.
cli-rules-saved = Les règles { $id } sont en vigueur. Élèves recalculés : { $students }. Pour revenir : carnet undo { $act }
cli-explain-year-subject = La moyenne annuelle est générale : laissez --subject de côté.
rules-name = Règles
rules-for-conduct = { " " }(aussi pour la conduite)
rules-conduct-blocks = empêche une distinction
rules-conduct-free = n’empêche pas une distinction
rules-phone-required = obligatoire
rules-phone-free = facultatif
rules-all-levels = Tous les niveaux
rules-decision = { $level } : passe à { $pass }, redoublements permis : { $repeats }
rules-exam = { $exam } : admis à { $pass } ; dès { $from }, ({ $exam_weight } × examen + { $class_weight } × classe) doit faire { $second }
rules-no-averages = Aucune moyenne ne change : seuls les mots, les rangs ou les décisions sont autres.
rules-averages = { $count ->
    [one] Les moyennes d’un élève seront refaites ; celles des périodes clôturées restent.
   *[other] Les moyennes de { $students } élèves seront refaites ; celles des périodes clôturées restent.
}
rules-example-student = Exemple : { $student }
rules-example-general = Moyenne générale
rules-example-year = Moyenne annuelle
closing-gap-columns = { $subject } : aucune évaluation
closing-gap-composition = { $subject } : pas de composition
closing-gap-empty = { $subject } : { $count ->
    [one] 1 note sur { $of } manque
   *[other] { $cells } notes sur { $of } manquent
}
closing-already-closed = { $term } était déjà clôturé.
closing-closed = { $count ->
    [one] { $term } est clôturé pour une classe ({ $students ->
        [one] { $students } élève
       *[other] { $students } élèves
    }).
   *[other] { $term } est clôturé pour { $count } classes ({ $students ->
        [one] { $students } élève
       *[other] { $students } élèves
    }).
}
closing-already-open = La période n’était pas clôturée pour cette classe.
closing-reopened = { $count ->
    [one] La période est rouverte pour cette classe ; les moyennes d’un élève suivent de nouveau les règles en vigueur.
   *[other] La période est rouverte pour cette classe ; les moyennes de { $students } élèves suivent de nouveau les règles en vigueur.
}
student-card-key-explain-year = Expliquer la moyenne de l’année
rules-title = Règles
rules-about = Moyennes, rangs, mentions, décisions
rules-about-look = Comment les moyennes sont faites
rules-reading = Lecture des règles…
rules-versions = Versions, la plus récente d’abord
rules-in-force = en vigueur
rules-in-force-already = Ces règles sont déjà en vigueur.
rules-closed-by = clôtures : { $count }
rules-key-edit = Modifier ces règles : une nouvelle version
rules-hint-edit = modifier
rules-key-use = Mettre cette version en vigueur
rules-hint-use = en vigueur
rules-key-preset = Repartir d’un modèle : Mali ou France
rules-hint-preset = modèle
rules-key-show-down = La suite de ces règles
rules-key-show-up = Le début de ces règles
rules-hint-show = la suite
rules-key-save = Voir ce qui changerait, puis enregistrer
rules-hint-save = enregistrer
rules-key-leave = Revenir sans enregistrer
rules-hint-leave = revenir
rules-key-stop = Arrêter : les règles d’avant reviennent
rules-hint-stop = arrêter
rules-stopping = Arrêt demandé : les règles d’avant reviennent…
rules-leave-title = Revenir ?
rules-leave-text = Les règles modifiées ne sont pas enregistrées. Revenir sans les garder ?
rules-preset-title = Repartir d’un modèle
rules-preset-text = Les règles de l’école seront celles du modèle, en une nouvelle version. Ses cycles et examens sont des exemples à vérifier.
rules-preset-mali = Mali : note de classe et composition
rules-preset-france = France : moyenne de toutes les notes
rules-force-title = Mettre ces règles en vigueur ?
rules-force-text = On peut revenir à une autre version plus tard.
rules-same = Rien à changer : { $rules } sont ces règles.
rules-saved = { $rules } en vigueur. Élèves recalculés : { $students }.
rules-work = Les moyennes sont refaites
rules-work-about = Chacun peut continuer à travailler. Échap arrête, et les règles d’avant reviennent.
rules-example = Exemples : maintenant → avec ces règles
rules-example-wait = Exemples : une valeur ne se lit pas encore
rules-golden-both = Classe 16,50 et composition 38/40
rules-golden-class = Classe 16,50, pas de composition
rules-golden-scales = 18/20, 3/10 et 1/5
rules-golden-unjustified = 12/20 et une absence non justifiée
rules-golden-year = Année : T1 12, T2 sans moyenne, T3 15
rules-help-name = Les versions suivantes portent ce nom et un numéro.
rules-help-weight = Un nombre entier ; 0 ne compte pas.
rules-help-cycles = Nom classe:composition = niveaux, séparés par des virgules ; « ! » si une partie manquante compte zéro. Exemple : Premier cycle 1:1 = 1re année, 2e année
rules-help-annual = Un poids par période : 1, 1, 1
rules-help-pass = Moyenne à partir de laquelle on réussit, dans les statistiques.
rules-help-bands = Moyenne et mot, séparés par « ; » : 0 Insuffisant; 10 Passable
rules-help-praise = À partir de : 12 Tableau d’honneur; 14 Encouragements
rules-help-sanctions = En dessous de : 8 Avertissement; 6 Blâme * (l’étoile : aussi pour la conduite)
rules-help-decisions = Niveau (* : tous), moyenne, redoublements permis, > niveau suivant : * 10 1; 10e 10 1 > 11e
rules-help-exams = Examen, admission, rattrapage dès, poids examen:classe, moyenne du rattrapage : BAC 10 9 3:1 10
closing-title = Clôture des périodes
closing-about = Voir ce qui manque, clôturer, rouvrir
closing-about-look = Voir ce qui manque et ce qui est clôturé
closing-key-close = Clôturer la période pour cette classe
closing-hint-close = clôturer
closing-key-close-all = Clôturer la période pour toutes les classes
closing-hint-close-all = toutes
closing-key-reopen = Rouvrir la période pour cette classe
closing-hint-reopen = rouvrir
closing-key-next = Période suivante
closing-key-previous = Période précédente
closing-hint-term = période
closing-no-class = Il n’y a pas encore de classe.
closing-is-closed = Cette classe est déjà clôturée ; o la rouvre.
closing-all-closed = Toutes les classes sont clôturées.
closing-help-reason = Gardé dans l’historique : qui, quand, pourquoi.
closing-reason-title = Pourquoi rouvrir ?
closing-sure-title = Clôturer ?
closing-sure-one = { $term } de { $class } : les notes ne pourront plus changer, les moyennes et les rangs seront gardés ; les familles verront alors toutes les notes.
closing-sure-all = { $count ->
    [one] { $term }, une classe : les notes ne pourront plus changer, les moyennes et les rangs seront gardés ; les familles verront alors toutes les notes.
   *[other] { $term }, { $count } classes : les notes ne pourront plus changer, les moyennes et les rangs seront gardés ; les familles verront alors toutes les notes.
}
closing-missing = Il manque :
closing-nothing-missing = Il ne manque rien.
closing-more = … et { $count } autres
closing-heading = { $term } · classes clôturées : { $count }
closing-work = Clôture en cours : { $done } / { $total } classes
closing-reading = Lecture des classes…
closing-by = Clôturée le { $when } par { $who }, règles { $rules }.
closing-students = { $count ->
    [one] un élève
   *[other] { $count } élèves
}
closing-row-closed = clôturée le { $when }
closing-row-ready = ouverte, rien ne manque
closing-row-gaps = { $count ->
    [one] ouverte, il manque une chose
   *[other] ouverte, il manque { $count } choses
}

## La machine à remonter le temps
machine-title = Remonter le temps
machine-heading = { $sheet } · au { $at }
machine-heading-now = { $sheet } · maintenant
machine-reading = carnet relit l’historique…
machine-changes = { $count ->
    [one] Un changement depuis dans la classe (règles et coefficients d’aujourd’hui)
   *[other] { $count } changements depuis dans la classe (règles et coefficients d’aujourd’hui)
}
machine-no-changes = Rien n’a changé depuis. La flèche gauche remonte d’un changement.
machine-col-average = Moyenne
machine-col-general = Générale
machine-moved = Ce qui a changé depuis pour { $student }
machine-unmoved = Rien.
machine-more = … et { $count } autres.
machine-key-earlier = Avant le changement précédent
machine-hint-earlier = avant
machine-key-later = Après le changement suivant
machine-hint-later = après
machine-key-date = Choisir une date et une heure
machine-hint-date = date
machine-key-now = Revenir à maintenant
machine-hint-now = maintenant
machine-key-explain = Expliquer la moyenne d’alors
machine-explain-title = { $student } · moyenne au { $at }
machine-nothing-earlier = Rien n’a été changé avant.
machine-nothing-later = Rien n’a été changé après.
machine-nobody = Cette classe n’a pas d’élève.
machine-date-title = À quel moment ?
machine-date-example = 20/11/2026 10:42, ou 20/11/2026 pour la fin du jour
machine-date-key-take = Y aller
machine-date-hint-take = y aller
machine-no-moment = Ce n’est pas un moment. Écrivez par exemple 20/11/2026 10:42.
sheet-key-history = Historique de la note
sheet-key-machine = Remonter le temps
sheet-history-title = { $student } · { $evaluation } · historique
sheet-history-none = Cette note n’a jamais été changée.
sheet-history-nowhere = Il n’y a pas de note ici.
change-mark-set = note
change-mark-undo = annulation
change-mark-redo = rétablissement
change-mark-import = import
change-mark-restore = remise
change-evaluation-save = évaluation
change-evaluation-delete = évaluation supprimée
change-evaluation-move = évaluation déplacée
change-evaluation-restore = évaluation remise
change-sheet-close = clôture
change-sheet-reopen = réouverture
change-column-unpublished = { $column } (non publiée)
change-column = { $title } /{ $scale } coef. { $coefficient }
marks-then = { $name } alors
marks-now = { $name } maintenant
cli-col-general = Générale
cli-cmd-marks-compare = Moyennes et rangs d’une feuille à un moment passé, et maintenant
cli-cmd-marks-changes = Ce qui a changé dans une classe depuis un moment
cli-arg-at = La feuille telle qu’elle était à ce moment, par exemple « 20/11/2026 10:42 »
cli-arg-since = Le moment, par exemple « 20/11/2026 10:42 »
cli-arg-at-student = Matricule d’un seul élève
## Mise en place : années, niveaux, options
field-head-teacher = Professeur principal
field-capacity = Places
field-subject-kind = Genre
field-optional = Pour qui
field-starts = Arrivé(e) le
field-quartier = Quartier
field-commune = Commune
field-language = Langue
subject-kind-main = principale
subject-kind-complementary = complémentaire
division-trimesters = trimestres
division-semesters = semestres
why-not-listed = Les niveaux et séries de l’école n’ont pas { $what }. Ajoutez-le d’abord à « Niveaux et séries ».
why-term-dates = Les dates de chaque période suivent celles de la précédente, et tombent dans l’année scolaire (du 1er août au 31 août).
why-not-in-year = Ce jour n’est pas dans l’année scolaire en cours.
why-current-year = C’est l’année en cours : elle ne se supprime pas.
why-no-option = La matière { $what } est pour toute la classe et n’est pas une option. Elle le devient dans « Matières ».
why-not-in-option = Cet élève ne suit pas cette option. Inscrivez-le d’abord dans « Options ».
why-needed-classes = { $count ->
    [one] Une classe en dépend encore.
   *[other] { $count } classes en dépendent encore.
 } Modifiez-la d’abord dans « Classes ».
why-needed-coefficients = { $count ->
    [one] Un coefficient est encore donné pour cela.
   *[other] { $count } coefficients sont encore donnés pour cela.
 } Modifiez d’abord les matières.
list-key-fill = Ajouter ce qui est d’usage et manque
list-hint-fill = proposer
list-filled = C’est ajouté ; u l’enlève.
list-filled-nothing = Il ne manque rien de ce qui est d’usage.
list-nothing-new = Rien n’a changé.
menu-years-about = Les années et leurs périodes
menu-levels-about = Ce dont dépendent les coefficients
menu-options-about = Qui suit quelle option
levels-title = Niveaux et séries
levels-new = Nouveau niveau ou nouvelle série
levels-change = Modifier
levels-empty = Il n’y a encore ni niveau ni série : p propose ceux d’usage, a en ajoute un.
levels-saved = C’est enregistré.
levels-removed = C’est supprimé ; u le rétablit.
levels-remove = Supprimer
levels-ask-remove = Supprimer { $name } ? Ce dont une classe ou un coefficient dépend ne se supprime pas.
levels-about = Le nouveau nom d’un niveau passe dans ses classes et ses coefficients.
levels-column-classes = Classes
levels-help-name = Par exemple 10e, Terminale ; TSE, TLL.
levels-help-position = L’ordre dans les listes : le niveau le plus bas d’abord.
years-title = Années scolaires
years-new = Nouvelle année scolaire
years-change = Modifier l’année scolaire
years-empty = Il n’y a pas encore d’année.
years-saved = L’année est enregistrée.
years-removed = L’année est supprimée ; u la rétablit.
years-remove = Supprimer l’année
years-ask-remove = Supprimer l’année { $name } ? Une année où il y a des élèves ou des notes ne se supprime pas.
years-about = Une année close se lit et ne change plus.
years-current = en cours
years-closed = close
years-column-state = État
years-column-terms = Périodes
years-field-term = Période { $term }
years-help-year = Par exemple 2027-2028.
years-help-division = ← → change. Ne change plus dès qu’il y a des évaluations.
years-help-dates = Premier et dernier jour : 01/10/2026 – 22/12/2026. Vide si les dates ne sont pas fixées.
years-two-terms = Une année de semestres n’a que deux périodes : videz cette ligne.
classes-help-teacher = Un enseignant qui a un compte ; — pour personne.
classes-help-capacity = Le nombre d’élèves prévu ; vide si rien n’est prévu.
subjects-whole-class = toute la classe
subjects-option = option
subjects-help-option = Une option n’a que les élèves que l’on y inscrit (« Options »).
subjects-column-notes = Remarques
student-form-help-starts = Pour qui arrive en cours d’année.
student-form-help-language = Celle que l’on parle à la maison.
options-title = Options
options-pick = Quelle option de quelle classe ?
options-heading = { $class } · { $subject } : { $count } sur { $of }
options-about = Seuls ceux qui la suivent sont sur la feuille et dans les moyennes.
options-none = Aucune matière n’est une option. Dans « Matières », le champ « Pour qui » en fait une.
options-nobody-here = Il n’y a personne dans cette classe.
options-saved = C’est enregistré ; u l’annule.
options-key-open = Voir les élèves
options-hint-open = ouvrir
options-key-turn = Inscrire à l’option ou en retirer
options-hint-turn = cocher
options-key-all = Cocher tous
options-hint-all = tous
options-key-nobody = Ne cocher personne
options-hint-nobody = personne
options-key-back = Revenir aux options
cli-col-capacity = Places
cli-col-position = Place
cli-col-option = Option
cli-col-takes = Suit
cli-col-division = Découpage
cli-cmd-years = Années scolaires
cli-cmd-years-list = Liste les années
cli-cmd-years-add = Ajoute une année
cli-cmd-years-edit = Modifie les périodes d’une année
cli-cmd-years-delete = Supprime une année où il n’y a rien
cli-cmd-levels = Niveaux et séries
cli-cmd-levels-list = Liste les niveaux et les séries
cli-cmd-levels-add = Ajoute un niveau, ou une série
cli-cmd-levels-edit = Modifie un niveau, ou une série
cli-cmd-levels-delete = Supprime un niveau, ou une série, dont rien ne dépend
cli-cmd-levels-fill = Ajoute ceux du modèle et des classes qui manquent
cli-cmd-options = Qui suit quelle option
cli-cmd-options-list = Liste les élèves d’une classe et dit qui suit l’option
cli-cmd-options-add = Inscrit des élèves à l’option
cli-cmd-options-remove = Retire des élèves de l’option
cli-arg-as-series = Une série, et non un niveau
cli-arg-matricules = Matricules
cli-arg-school-year = L’année, par exemple 2027-2028
cli-arg-dates = Premier et dernier jour d’une période : 1=2026-10-01..2026-12-22
cli-arg-division = Le découpage de l’année
cli-arg-head-teacher = Le compte du professeur principal ; vide pour personne
cli-arg-capacity = Le nombre d’élèves prévu
cli-arg-subject-kind = Matière principale ou complémentaire
cli-arg-option = Une option, que seuls les élèves inscrits suivent
cli-arg-quartier = Quartier
cli-arg-commune = Commune
cli-arg-language = Langue parlée à la maison
cli-arg-starts = Premier jour à l’école cette année, pour qui arrive en cours d’année ; vide : depuis le début
student-card-starts = à l’école depuis le { $date }
subjects-complementary = compl.

## Tuteurs
field-relation = Lien
field-email = Adresse e-mail
field-consent = Accord
field-money-operator = Mobile Money
field-money-number = Numéro Mobile Money
relation-father = Père
relation-mother = Mère
relation-guardian = Tuteur
text-email = Ce n’est pas une adresse e-mail, comme f.traore@ecole.ml.
why-consent-without = Il y a un accord pour écrire, mais il manque le numéro ou l’adresse : donnez-le, ou retirez l’accord.
why-not-mobile = Ce n’est pas un numéro mobile : Mobile Money est sur un téléphone mobile.
consent-none = aucun
consent-sms = SMS
consent-mail = e-mail
consent-both = SMS et e-mail
guardians-title = Tuteurs
guardians-new = Nouveau tuteur
guardians-change = Modifier le tuteur
guardians-empty = Personne n’est inscrit pour cet élève : a ajoute un parent ou un tuteur.
guardians-saved = C’est enregistré ; u l’annule.
guardians-removed = C’est retiré ; u le rétablit.
guardians-remove = Retirer
guardians-ask-remove = Retirer { $name } de cet élève ? S’il a d’autres enfants à l’école, il reste le leur ; sinon il est supprimé.
guardians-about = Qui répond de l’élève, et comment le joindre.
guardians-column-children = Autres enfants
guardians-column-all-children = Enfants
guardians-field-known = Déjà connu
guardians-help-known = Nom ou téléphone d’un tuteur d’un autre élève ; sinon, laissez vide.
guardians-help-phones = Le premier est celui à appeler ; une virgule entre deux.
guardians-help-languages = Une virgule entre deux.
guardians-help-account = Le compte de ce parent : il voit les notes de ces enfants.
guardians-note = Sans accord, rien n’est envoyé.
student-card-key-guardians = Parents et tuteurs
student-card-hint-guardians = tuteurs
cli-cmd-guardians = Parents et tuteurs
cli-cmd-guardians-list = Liste les tuteurs : tous, ceux d’un élève, d’un nom ou d’un téléphone
cli-cmd-guardians-add = Ajoute un tuteur
cli-cmd-guardians-edit = Modifie un tuteur
cli-cmd-guardians-delete = Supprime un tuteur
cli-arg-guardian = Le téléphone du tuteur, ou son identifiant
cli-arg-find = Des mots du nom, ou des chiffres d’un téléphone
cli-arg-relation = Le lien avec ces enfants : père, mère, tuteur, grand-parent, oncle, frère, logeur, autre
cli-arg-phones = Un téléphone ; à répéter
cli-arg-email = Adresse e-mail
cli-arg-languages = Une langue ; à répéter
cli-arg-sms = Accord pour des SMS
cli-arg-mail = Accord pour des e-mails
cli-arg-money = Compte Mobile Money : orange, moov, sama, wave ou momo, deux points, le numéro
cli-arg-account = Le compte de ce parent ; vide pour aucun
cli-col-account = Compte
relation-grandparent = Grand-parent
relation-uncle-or-aunt = Oncle ou tante
relation-sibling = Frère ou sœur
relation-host = Logeur
relation-other = Autre
why-too-many-guardians = Trop de tuteurs correspondent : ajoutez un mot du nom, ou cherchez par téléphone.
account-other-network = Ce n’est pas un numéro de { $operator } : corrigez le numéro ou choisissez l’autre opérateur.
account-iban = Cet IBAN n’est pas juste : ses chiffres de contrôle ne vont pas avec le reste. Recopiez-le depuis le relevé.
account-iban-shape = Cet IBAN n’a pas la forme de ceux de son pays. Recopiez-le depuis le relevé.
account-card = Ce numéro de carte n’est pas juste : son dernier chiffre ne va pas avec les autres. Recopiez-le depuis la carte.
account-nothing = Ce n’est ni un IBAN ni un numéro de carte. Pour un compte Mobile Money, donnez aussi l’opérateur.
guardians-field-child = Enfant
guardians-help-child = Nom, matricule ou téléphone de l’élève.
guardians-field-more = Enfant à ajouter
guardians-help-more = Nom ou matricule ; vide, rien ne s’ajoute. Retirer un enfant se fait sur sa fiche.
guardians-note-children = Enfants : { $names }.
directory-title = Parents et tuteurs
directory-about = Qui répond des élèves, comment les joindre
directory-about-look = Qui répond des élèves, comment les joindre
directory-hint = Les 200 premiers noms ; / cherche parmi tous, par nom ou téléphone.
directory-empty = Personne ne correspond : a ajoute un parent ou un tuteur.
directory-remove = Supprimer
directory-ask-remove = Supprimer { $name } ? Plus aucun élève ne l’aura pour tuteur.
cli-cmd-guardians-show = Montre un tuteur
cli-cmd-guardians-link = Ajoute un enfant à un tuteur, ou change le lien
cli-cmd-guardians-unlink = Retire un enfant à un tuteur
cli-col-id = Identifiant

## Dossier
field-bank = Banque, opérateur
field-candidate = N° de candidat
field-account = Compte
field-national-id = N° national
field-medical-note = Note médicale
why-nina = Ce n’est pas un NINA : 14 chiffres puis une lettre. D’un autre pays, écrivez-le avec son code : CI:C0012345678.
why-national-id = Ce n’est pas un numéro d’identité : de 5 à 20 lettres, chiffres ou tirets.
why-locked = C’est juste, mais ce n’est pas gardé : carnet n’écrit cela que sous clé, et l’école n’a pas encore de clé. Effacez ce champ pour enregistrer le reste.
student-locked = fermé (l’école n’a pas encore de clé)
student-card-locked = Fermé, faute de clé : compte, numéro national, note médicale
student-card-candidate = candidat n° { $number }
student-form-help-bank = Le nom seulement : Orange Money, Moov Money, BDM…
student-form-help-account = Fermé : vérifié (IBAN, carte, Mobile Money), pas gardé sans clé.
student-form-help-locked = Fermé : vérifié, mais pas gardé tant que l’école n’a pas de clé.
cli-arg-candidate = Numéro de candidat à un examen national
cli-arg-bank = Banque ou opérateur Mobile Money
cli-arg-bank-account = Compte (IBAN, carte, Mobile Money) : vérifié, pas gardé tant que l’école n’a pas de clé
cli-arg-national-id = Numéro d’identité (NINA) : vérifié, pas gardé tant que l’école n’a pas de clé
cli-arg-medical-note = Note médicale : pas gardée tant que l’école n’a pas de clé
## L’année se tourne
why-has-class = Cet élève a une classe cette année : la suite se décide dans « Passage d’année ».
why-year-open-terms = { $count ->
    [one] Une classe a encore des périodes ouvertes.
   *[other] { $count } classes ont encore des périodes ouvertes.
} Clôturez-les d’abord.
why-year-undecided = { $count ->
    [one] Pour un élève, rien n’est décidé.
   *[other] Pour { $count } élèves, rien n’est décidé.
} Décidez-en dans « Passage d’année ».
turn-outcome-promoted = passe
turn-outcome-repeating = redouble
turn-outcome-leaving = quitte
turn-outcome-excluded = exclusion
turn-undecided = à décider
turn-why-no-average = sans moyenne annuelle
turn-why-no-rule = aucune règle pour ce niveau
turn-why-no-level = niveau inconnu
turn-why-no-class = aucune au niveau suivant
turn-why-several = plusieurs possibles
turn-by-council = conseil
turn-by-rules = règle
turn-leaves = quitte l’école
turn-target-unknown = à choisir
turn-title = Passage d’année
turn-menu-about = Passages et redoublements ; année suivante
turn-menu-about-look = Qui passe, redouble ou quitte
turn-heading = { $year } → { $next } · passent { $promoted } · redoublent { $repeating } · partent { $leaving } · exclus { $excluded }
turn-undecided-count = { $count ->
    [0] Tout est décidé.
    [one] Un élève reste à décider.
   *[other] { $count } élèves restent à décider.
}
turn-open-classes = { $count ->
    [one] Une classe a des périodes ouvertes : { $names }.
   *[other] { $count } classes ont des périodes ouvertes : { $names }.
}
turn-ahead-count = { $count ->
    [one] Un nouvel élève a déjà sa place dans l’année suivante.
   *[other] { $count } nouveaux élèves ont déjà leur place dans l’année suivante.
}
turn-overfull = { $count ->
    [one] Une classe dépassera le nombre prévu : { $names }.
   *[other] { $count } classes dépasseront le nombre prévu : { $names }.
}
turn-ready = Rien ne s’oppose à l’ouverture.
turn-begun = Une ouverture a été interrompue : demandez-la encore, elle continue.
turn-reading = Lecture des décisions…
turn-nobody = Il n’y a personne dans cette classe.
turn-no-class = Il n’y a pas encore de classe.
turn-classes-heading = Classe · élèves · classe suivante · effectif prévu
turn-class-line-open = périodes ouvertes : { $terms }
turn-class-said = choisie
turn-class-guessed = devinée
turn-places = { $next } sur { $capacity }
turn-row-to = → { $class }
turn-decide-title = Décision du conseil : { $name }
turn-decide-field = Décision
turn-decide-to = Classe
turn-decide-to-follows = celle qui suit
turn-decide-help = ← → change. « selon la règle » retire la décision du conseil.
turn-decide-help-to = ← → change. Seulement pour qui passe ou redouble.
turn-decide-help-reason = Se lit dans l’historique de l’élève.
turn-decide-rules = selon la règle
turn-decided = La décision est enregistrée ; u l’annule.
turn-taken-back = La décision est annulée.
turn-map-title = Classe qui suit { $name }
turn-map-field = Classe suivante
turn-map-help = ← → change. « deviner » s’en tient aux niveaux et aux noms.
turn-map-guess = deviner
turn-mapped = La classe suivante est enregistrée ; u l’annule.
turn-same = Rien n’a changé.
turn-assignments-title = Ouvrir { $next }
turn-assignments-field = Enseignants
turn-assignments-keep = gardent leurs classes et matières
turn-assignments-none = seront affectés à nouveau
turn-assignments-help = ← → change. Entrée continue.
turn-sure-title = Ouvrir l’année { $next } ?
turn-sure = L’année { $year } sera close : on la lira, on n’y écrira plus. Cela ne s’annule pas.
turn-opened = L’année { $year } est ouverte. Passages : { $promoted }, redoublements : { $repeating }, départs : { $left }.
turn-opened-already = L’année { $year } est déjà ouverte ; ce qui restait à faire est fait.
turn-work = Ouverture : { $done } sur { $total }
turn-enrolled = La place dans l’année suivante est enregistrée ; u l’annule.
turn-key-open = Voir les élèves de la classe
turn-hint-open = élèves
turn-key-decide = Décider
turn-hint-decide = décider
turn-key-map = Choisir la classe suivante
turn-hint-map = suivante
turn-key-year = Ouvrir l’année suivante
turn-hint-year = ouvrir
turn-key-undo = Annuler la dernière décision
turn-hint-undo = annuler
turn-key-next-open = Prochain élève à décider
turn-hint-next-open = à décider
field-outcome = Décision
cli-cmd-years-plan = Dit ce que devient chaque élève à la fin de l’année
cli-cmd-years-decide = Enregistre la décision du conseil sur un élève
cli-cmd-years-map = Dit quelle classe suit une classe
cli-cmd-years-open = Ouvre l’année suivante
cli-cmd-years-enrol = Donne à un nouvel élève sa place dans l’année suivante
cli-arg-ahead-class = La classe de l’année suivante ; vide : retirer la place
cli-arg-outcome = passe, redouble, quitte ou exclu
cli-arg-take-back = Retire la décision : la règle propose à nouveau
cli-arg-to-class = La classe de l’année suivante
cli-arg-next-class = La classe suivante, ou « quitte », ou « deviner »
cli-arg-keep-assignments = Les enseignants gardent leurs classes et matières
cli-arg-mapped-class = La classe
cli-col-outcome = Décision
cli-col-next-class = Classe suivante
cli-col-why = Pourquoi
turn-told-turn = { $year } → { $next } : { $what }
turn-told-decide = Décision du conseil : { $what }
turn-told-decide-none = Décision du conseil retirée
turn-told-enrol = Place en { $year } : { $what }
turn-told-enrol-none = Place dans l’année suivante retirée
student-card-guardian-added = Tuteur ajouté : { $name }
student-card-guardian-changed = Tuteur modifié : { $name }
student-card-guardian-removed = Tuteur supprimé : { $name }
# --- Restes de la saisie, de la clôture et de l’historique ---
cli-explain-at = Avec les notes telles qu’elles étaient le { $at } ; règles et coefficients d’aujourd’hui.
my-key-explain = Expliquer la moyenne de cette matière
cli-cmd-marks-paste = Colle un bloc de notes d’un tableur dans une feuille, en un seul geste
cli-cmd-marks-fill = Met une même note ou un même code dans les cases vides d’une évaluation
cli-cmd-evaluations-move = Déplace une évaluation parmi celles de sa feuille
cli-arg-first-evaluation = Titre de l’évaluation de la première colonne collée ; sinon la première de la feuille
cli-arg-from-student = Matricule du premier élève, dans l’ordre des noms ; sinon le premier de la feuille
cli-arg-to-student = Matricule du dernier élève ; sinon le dernier de la feuille
cli-arg-only-good-cells = Entre les bonnes notes même si d’autres sont refusées
cli-arg-fill-value = Note ou code
cli-arg-replace = Remplace aussi les notes qui y sont déjà
cli-arg-to-place = Nouvelle place, 1 pour la première
cli-fate-new = nouvelle
cli-fate-replaced = remplacée
cli-paste-not-text = Ce n’est pas du texte en UTF-8. Enregistrez le tableau en texte (UTF-8), puis recommencez.
cli-paste-beyond = Le bloc dépasse la feuille : { $lines } lignes et { $columns } colonnes de trop. Rien n’a été écrit. Vérifiez --from et --evaluation.
cli-paste-refused = Notes refusées : { $count }. Rien n’a été écrit. Corrigez-les, ou ajoutez --only-good pour entrer les autres.
cli-paste-left-out = Notes entrées : { $done }. Laissées, car quelqu’un les a changées entre-temps : { $count }. Relisez la feuille avant de recommencer.
cli-paste-done = Notes entrées en un seul geste : { $count }.
evaluations-key-up = Avancer l’évaluation d’une place
evaluations-key-down = Reculer l’évaluation d’une place
evaluations-first = Elle est déjà la première.
evaluations-last = Elle est déjà la dernière.
sheet-columns-undone = Votre dernier changement de colonne est annulé.
cli-cmd-terms-cancel = Arrête la clôture de toutes les classes avant la suivante
closing-key-cancel = Arrêter la clôture de toutes les classes avant la suivante
closing-hint-cancel = arrêter
closing-cancelled = La clôture s’arrête avant la classe suivante ; les classes déjà closes le restent.
closing-none-under-way = Aucune clôture de toutes les classes n’est en cours.
closing-under-way = Clôture en cours, demandée par { $by } : { $done }/{ $total } classes.
closing-stopping = La clôture s’arrête : { $done }/{ $total } classes.
closing-standing = Une clôture demandée par { $by } a été interrompue à { $done }/{ $total } classes : carnet la reprend de lui-même, ou « x » l’abandonne.
closing-stopped = Clôture de { $term } arrêtée ; classes closes : { $count }.
why-closing-under-way = La clôture de cette période est déjà en cours ({ $done }/{ $total } classes). Attendez qu’elle finisse, ou arrêtez-la.
## Beside the marks
field-conduct-below = Conduite sanctionnée sous
field-remark-max = Longueur d’une appréciation
field-general-max = Longueur de l’appréciation générale
field-appreciation = Appréciation
field-absent-justified = Heures d’absence justifiées
field-absent-unjustified = Heures d’absence non justifiées
field-late = Retards
field-conduct = Conduite
field-observation = Observation
field-honour = Mention du conseil
field-band = Niveau de moyenne
field-owner = Pour
why-no-such-honour = « { $what } » n’est pas une mention des règles de l’école. Choisissez-en une de la liste, ou aucune.
rules-fault-remark-length = Une appréciation a de 1 à 500 caractères : changez sa longueur.
rules-help-conduct-below = note de conduite au-dessous de laquelle il y a sanction ; 0 : jamais
rules-help-remark-max = caractères qu’une ligne du bulletin contient
rules-help-general-max = caractères de l’appréciation générale
failure-bulletin = { $by } a écrit ici entre-temps : « { $value } ». Choisissez ce qu’il faut garder.
failure-bulletin-empty = { $by } a effacé ce qui était écrit ici entre-temps. Choisissez de laisser vide ou de remettre le vôtre.
change-bulletin-set = bulletin
bulletin-no-honour = aucune mention
bulletin-said-justified = { $count } h d’absence justifiées
bulletin-said-unjustified = { $count } h d’absence non justifiées
bulletin-said-late = retards : { $count }
bulletin-said-conduct = conduite { $mark }/20
menu-remarks = Appréciations
menu-remarks-about = Écrire celles de ses élèves
menu-remarks-about-look = lire celles des classes
menu-follow-up = Suivi
menu-follow-up-about = Absences, retards et conduite à saisir
menu-follow-up-about-look = Absences, retards et conduite
menu-council = Conseil de classe
menu-council-about = Mentions et appréciations générales
menu-council-about-look = Mentions et appréciations générales, à lire
phrases-menu-about = La banque de phrases des appréciations
bulletin-follow-up = Suivi
bulletin-council = Conseil de classe
bulletin-closed = La période est clôturée : ce qui est écrit reste tel quel. Seul un administrateur peut la rouvrir.
bulletin-not-yours-subject = Vous pouvez lire ces appréciations ; le professeur de la matière les écrit.
bulletin-not-yours-follow-up = Vous pouvez lire ce suivi ; le surveillant et le professeur principal le saisissent.
bulletin-not-yours-council = Vous pouvez lire cette page ; le professeur principal et la direction l’écrivent.
bulletin-phrases-in-texts = Les phrases sont pour les appréciations et les observations : allez dans leur colonne.
bulletin-no-phrases = La banque de phrases est vide. Remplissez-la à l’écran « Phrases » (touche p), ou écrivez.
bulletin-no-such-phrase = Aucune phrase ne contient ces mots. Effacez-en, ou Tab pour toutes les montrer.
bulletin-phrases-band = Phrases pour cette moyenne (Tab : toutes)
bulletin-phrases-all = Toutes les phrases (Tab : pour cette moyenne)
bulletin-enter-to-write = Entrée pour écrire.
bulletin-student-gone = Cet élève n’est plus dans la classe : ce que vous écriviez n’est pas gardé.
bulletin-as-proposed = Comme le proposent les règles : { $honour }
bulletin-reason = { $honour } : pourquoi ?
bulletin-decided-by = décidé par { $by } : { $reason }
bulletin-council-said = décision du conseil : { $reason }
bulletin-saved = { $student } · { $part } · { $value } enregistré à { $at }
bulletin-undone = { $student } · { $part } : retour à { $value } ({ $at })
bulletin-redone = { $student } · { $part } : à nouveau { $value } ({ $at })
bulletin-nothing = rien
bulletin-not-saved = { $student } · { $part } n’est pas enregistré. { $why }
bulletin-offline = Pas encore enregistré : la base ne répond pas. C’est renvoyé dès qu’elle revient ; ne quittez pas l’écran.
bulletin-clash-title = Quelqu’un a écrit ici
bulletin-clash = { $student } : { $by } a écrit à { $at } « { $theirs } ».
bulletin-clash-mine = Vous aviez écrit « { $mine } ».
bulletin-clash-here = Quelqu’un d’autre a écrit ici entre-temps : Entrée pour choisir.
bulletin-keep-theirs = Le sien
bulletin-keep-mine = Mien
bulletin-step-anyway = Revenir quand même sur ce qui y est écrit ?
bulletin-column-student = Élève
bulletin-column-rank = Rang
bulletin-column-justified = Abs. j.
bulletin-column-unjustified = Abs. nj
bulletin-column-late = Retards
bulletin-column-conduct = Conduite
bulletin-column-honour = Mention (proposée)
bulletin-foot = { $part } : { $text }
bulletin-honour = Mention : { $honour }
bulletin-general = Appréciation générale
bulletin-my-title = Bulletin
bulletin-key-enter = Écrire, choisir la mention ; trancher un désaccord
bulletin-hint-enter = écrire
bulletin-key-type = Commence un nombre
bulletin-key-phrases = Phrases proposées pour cette moyenne
bulletin-hint-phrases = phrases
bulletin-key-empty = Effacer ce qui est écrit
bulletin-hint-empty = effacer
bulletin-hint-term = période
bulletin-edit-key-next = Enregistrer, élève suivant
bulletin-edit-hint-next = suivant
bulletin-edit-key-previous = Enregistrer, élève précédent
bulletin-edit-key-right = Enregistrer, colonne suivante
bulletin-edit-hint-phrases = phrases
bulletin-edit-key-cancel = Abandonner
bulletin-edit-hint-cancel = abandonner
bulletin-pick-key-take = Prendre
bulletin-pick-hint-take = prendre
bulletin-pick-key-all = Toutes les phrases, ou celles de cette moyenne
bulletin-pick-hint-all = toutes
sheet-key-remarks = Appréciations de la matière
sheet-key-publish = Publier la colonne aux familles, ou la retirer
evaluations-hint-publish = publier
evaluation-seen = { $title } : publié, les familles le voient.
evaluation-unseen = { $title } : non publié, les familles ne le voient plus.
evaluation-seen-at-once = { $title } : enregistré. Les règles montrent tout de suite chaque note aux familles.
evaluation-seen-closed = { $title } : enregistré. Les règles ne montrent les notes aux familles qu’à la clôture.
student-card-tab-words = Bulletin
student-card-hint-tab-words = bulletin
student-card-no-words = Rien n’est encore écrit au bulletin de cet élève.
phrases-title = Phrases
phrases-new = Nouvelle phrase
phrases-change = Phrase
phrases-empty = La banque de phrases est vide : ajoutez-en une, ou remplissez-la des phrases usuelles.
phrases-saved = La phrase est enregistrée.
phrases-removed = La phrase est supprimée.
phrases-remove = Supprimer la phrase
phrases-ask-remove = Supprimer « { $text } » ?
phrases-about = Proposées par la moyenne de l’élève ; { "{" }sérieux|sérieuse{ "}" } s’accorde.
phrases-column-band = Moyenne
phrases-column-text = Phrase
phrases-every-band = toutes
phrases-of-school = école
phrases-own = à soi
phrases-help-text = { "{" }sérieux|sérieuse{ "}" } s’accorde avec l’élève
cli-cmd-remarks = Appréciations
cli-cmd-remarks-list = Liste les appréciations d’une classe : d’une matière, ou générales
cli-cmd-remarks-set = Écrit une appréciation ; un texte vide l’efface
cli-cmd-followup = Absences, retards et conduite
cli-cmd-followup-list = Liste le suivi d’une classe
cli-cmd-followup-set = Saisit le suivi d’un élève ; une valeur vide l’efface
cli-cmd-honours = Mentions du conseil de classe
cli-cmd-honours-list = Liste les mentions proposées et décidées
cli-cmd-honours-decide = Décide d’une mention (ou « aucune »), avec son motif ; sans mention, comme le proposent les règles
cli-cmd-phrases = Banque de phrases des appréciations
cli-cmd-phrases-list = Liste les phrases, numérotées
cli-cmd-phrases-add = Ajoute une phrase
cli-cmd-phrases-edit = Modifie la phrase de ce numéro
cli-cmd-phrases-delete = Supprime la phrase de ce numéro
cli-cmd-phrases-fill = Ajoute les phrases usuelles qui manquent
cli-arg-remark-subject = La matière ; sans elle, l’appréciation générale
cli-arg-remark-text = Le texte ; vide, il est effacé
cli-arg-justified = Heures d’absence justifiées
cli-arg-unjustified = Heures d’absence non justifiées
cli-arg-late = Nombre de retards
cli-arg-conduct = Note de conduite, de 0 à 20
cli-arg-observation = Observation
cli-arg-honour = La mention, telle que dans les règles, ou « aucune »
cli-arg-honour-reason = Pourquoi le conseil décide autrement
cli-arg-phrase-number = Le numéro de la phrase dans la liste
cli-arg-phrase-text = La phrase
cli-arg-band = Le niveau de moyenne, tel que dans les règles ; sans lui, tous
cli-arg-of-school = Pour toute l’école
cli-col-proposed = Proposée
cli-col-decided = Décidée
cli-col-number = N°
cli-followup-nothing = Rien à saisir : donnez au moins une valeur (--late 2, par exemple).
picker-key-year = Année d’avant
picker-hint-year = année
picker-year-own = Aucune feuille des années passées n’est la vôtre.
stats-key-year = Choisir l’année
picker-year-none = Il n’y a pas d’année close.

## Fiche du personnel
field-employee-id = Matricule agent
field-diploma = Diplôme
field-subjects = Matières
field-availability = Disponibilité
why-employee-id-taken = Ce matricule d’agent est déjà celui de { $name }. Vérifiez-le, ou videz d’abord l’autre.
why-staff-only = Seuls les comptes du personnel ont ce renseignement. Videz-le, ou choisissez un autre rôle.
users-help-employee-id = Celui de l’employeur, unique ; lettres, chiffres, point, tiret, barre.
users-help-subjects = Noms séparés par des virgules. Les classes sont dans les affectations.
users-help-availability = Jours et heures, sur une ligne : lundi matin, mardi, jeudi 8 h–12 h.
cli-cmd-users-show = Montre un compte, sa fiche et ses affectations
cli-arg-employee-id = Matricule de l’agent, unique parmi les comptes (vide : aucun)
cli-arg-diploma = Diplôme (vide : aucun)
cli-arg-subjects = Matières enseignées, séparées par des virgules (vide : aucune)
cli-arg-availability = Jours et heures de disponibilité, sur une ligne (vide : rien)
cli-col-charges = Affectations
