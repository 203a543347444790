# carnet en français. Les mêmes identifiants existent dans en/carnet.ftl (un test y veille).
# Une espace insécable précède : ; ! ? % (U+00A0).

## Refus et pannes
failure-denied = Votre rôle ne permet pas cette action. Demandez à l’administrateur du carnet.
failure-internal = Une erreur de carnet a empêché cette action. Rien n’est perdu. Donnez ce numéro à l’administrateur : { $id }.
