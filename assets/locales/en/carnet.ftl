# carnet in English. fr/carnet.ftl has the same ids (a test sees to it).

## Refusals and troubles
failure-denied = Your role does not allow this. Ask the administrator of carnet.
failure-internal = A fault in carnet stopped this. Nothing is lost. Give this number to the administrator: { $id }.
failure-wrong-login = The name or the password is wrong, or the account is closed. Try again, or ask the administrator.
failure-session-over = Your session is over. Enter your password again; nothing you typed is lost.
failure-password-must-change = Somebody else gave you this password. Choose a new one to go on.
failure-field = { $field }: { $why }
failure-conflict = Somebody else changed this record meanwhile. Read it again, then try once more.
failure-cell = { $by } changed this mark meanwhile: it is now { $value }. Choose which to keep.
failure-cell-empty = { $by } emptied this cell meanwhile. Choose to leave it empty or to put yours back.
failure-not-found = This is no longer there: somebody has probably deleted it. Go back to the list.
failure-throttled = Too many tries. Wait { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}, then try again.

## Troubles of store and cache
trouble-unreachable = The data store does not answer. Nothing was saved; carnet keeps trying. If it lasts, tell the administrator.
trouble-path-folder = “{ $path }” is a folder; a file’s name is needed. Correct store.path in config.toml, for instance “{ $path }/carnet.db”, then start carnet again.
trouble-path-no-file = “{ $path }” is not an ordinary file (a socket, a pipe or a device): no data can be kept there. Correct store.path in config.toml, then start carnet again.
trouble-path-loop = “{ $path }” is a link that leads back to itself. Make that link again, or correct store.path in config.toml.
trouble-path-denied = This account may not write to “{ $path }”. Ask whoever looks after this machine for that right, or choose another place (store.path in config.toml).
trouble-path-no-folder = “{ $path }” is a file where a folder should be. Move it, or correct store.path in config.toml.
trouble-path-log-alone = The file “{ $path }” is no longer there, but its log “{ $path }-wal” still is, with the newest marks. Put the file back beside its log, then start carnet again; for a new school choose another file (store.path in config.toml).
trouble-path-other = “{ $path }” cannot be opened: { $why }. Check that file and the disk, or correct store.path in config.toml.
trouble-locked = Another program has held the data store for several seconds. Close it, or wait a little, then try again.
trouble-full = The disk is full: nothing was saved. Free some space, then try again.
trouble-read-only = The data store is read-only: nothing was saved. Check the permissions of the file and its folder.
trouble-corrupt = The data file is damaged or is not carnet’s. Do not delete it: rename it, then run “carnet init”, “carnet backup list” and “carnet backup restore” with the latest backup.
trouble-newer = These data come from a newer carnet (format { $found }; this program knows format { $known }). Update carnet.
store-work-waiting = carnet is waiting: another program holds the data. This takes 5 s at most.
store-work-backing-up = carnet copies the data aside before converting them. Wait, and leave the machine on.
store-work-migrating = carnet converts the data (format { $from } to { $to }). Wait, and leave the machine on.
store-work-indexing = carnet builds an index again: { $done } records of { $total }. Wait, and leave the machine on.
trouble-unfinished = A backup is being restored. carnet finishes that by itself; try again in a moment.
trouble-unfinished-elsewhere = Restoring the backup { $backup } was interrupted: the data are incomplete. Put that file back into the backups folder, and carnet will finish.
trouble-cache = The cache does not answer. Nothing is lost: carnet goes on without it, a little slower.

## Refusals of a text
text-empty = Something must be written here.
text-too-long = This is too long: { $max } characters at most. Shorten it.
text-too-short = This is too short: { $min } characters at least.
text-character = A character is not allowed here. Use letters without accents, digits and the signs - . _
text-phone = This is not a valid phone number. Write it in full, for example 76 12 34 56 or +223 76 12 34 56.
text-pattern = This does not follow the school’s pattern: { $pattern }. Write it that way.
text-too-many-bytes = This password is too long: { $max } bytes at most (an accented letter counts for two). Shorten it.

## Refusals of a mark
mark-above-scale = The mark is above the scale of { $scale }. Nothing was saved; correct it.
mark-negative = A mark cannot be negative. Write a number from 0.
mark-too-precise = Two decimals at most, for example 12.25.
mark-other-scale = This evaluation is marked out of { $scale }. Write the mark out of { $scale }.
mark-too-many-digits = Four digits at most without a decimal point (1250 is 12.50). Correct it, or type the point.
mark-not-a-mark = This is not a mark. Write a number (12.5) or a code: ABS, ABSN, DISP, NN, NR.

## Reasons of a refusal
why-missing = This field is required. Fill it in.
why-no-key = Neither number nor phone. Give one of them, or have what is missing filled in (f on the screen of columns, --fill-missing by command).
why-phone-taken = This number already belongs to { $name }. Check it, or leave the field empty.
why-phone-taken-in = This number already belongs to { $name } ({ $class }). Check it, or leave the field empty.
why-matricule-taken = This matricule already belongs to { $name }. Choose another, or let carnet give one.
why-matricule-taken-in = This matricule already belongs to { $name } ({ $class }). Choose another, or let carnet give one.
why-name-taken = The name “{ $name }” is already taken. Choose another.
why-marks-above = { $count ->
    [one] One mark is above this scale
   *[other] { $count } marks are above this scale
}: { $list }{ $more ->
    [0] .
    [one] {" "}and one more.
   *[other] {" "}and { $more } more.
} Correct them first; nothing has changed.
why-in-use = This is still used by { $count ->
    [one] { $count } other record. Remove it
   *[other] { $count } other records. Remove them
} first.
why-needed-students = { $count ->
    [one] 1 student is still in this class. Move that one
   *[other] { $count } students are still in this class. Move them
 } to another class first.
why-needed-enrolments = { $count ->
    [one] 1 enrolment still points to it
   *[other] { $count } enrolments still point to it
 } (students who left, other years): it has to stay.
why-needed-assignments = { $count ->
    [one] 1 teacher is still assigned to it. Remove the assignment
   *[other] { $count } teachers are still assigned to it. Remove the assignments
 } first, in “Assignments”.
why-needed-evaluations = { $count ->
    [one] 1 evaluation still belongs to it. Delete it
   *[other] { $count } evaluations still belong to it. Delete them
 } first, in “Evaluations”.
why-unknown = “{ $what }” does not exist. Check the spelling.
why-did-you-mean = “{ $what }” does not exist. Did you mean: { $near }?
why-form = This is not written as it should be. Example: { $example }.
why-range = It must be a number from { $min } to { $max }.
why-whole = It must be a whole number from { $min } to { $max }.
why-closed = This term is closed: nothing in it can change. Turn to the administrator.
why-last-admin = This is the last administrator, who keeps the account and the role. Make another one first.
why-nothing = There is nothing left to undo or redo here.
why-on-its-way = This mark is just being sent, or may have arrived already. Wait until the store answers, then undo.
why-query = The filter does not understand “{ $word }”. Correct the word or remove it.
why-not-empty = This school already has students. To add made-up students all the same, ask for it expressly (--fill).
why-already-open = A school is already open here. Log in, or choose another folder.
why-no-such-date = The calendar has no such date. Check the day and the month.
why-birth-date = No student can have been born on this date. Check the year.
why-wrong-password = The old password is wrong. Type it again.
list-separator = {"; "}
why-no-closing = Nobody is closing this term.
why-same-class = A class does not follow itself: who stays in it repeats. Give the class that comes next.
why-leaver-class = Who leaves the school has no class afterwards: give a class only to who is promoted or repeats.
why-not-in-class = The student is not in this class this year. Check the class on the student’s card.
io-not-found = there is no such file
io-denied = this account may not
io-exists = it exists already
io-folder = it is a folder
io-no-folder = a part of the path is not a folder
io-full = the disk is full
io-read-only = the disk is read-only
io-no-text = it is not text in UTF-8
io-limit = the file would be too large

## Refusals of the filter
filter-unknown-field = The filter does not know the field of “{ $word }”. Fields: class, level, series, avg, last, first, phone, matricule, sex, status.
filter-unknown-field-near = The filter does not know the field of “{ $word }”. Did you mean “{ $near }”?
filter-no-value = A value is missing after “{ $word }”.
filter-bad-number = “{ $word }”: a number is needed, for example avg<10, avg>=12.5 or avg:10..12.
filter-unknown-class = “{ $word }”: no class has this name.
filter-unknown-class-near = “{ $word }”: no class has this name. Did you mean “{ $near }”?
filter-unknown-level = “{ $word }”: no class is of this level.
filter-unknown-level-near = “{ $word }”: no class is of this level. Did you mean “{ $near }”?
filter-unknown-series = “{ $word }”: no class is of this series.
filter-unknown-series-near = “{ $word }”: no class is of this series. Did you mean “{ $near }”?
filter-unknown-sex = “{ $word }”: write sex:F or sex:M.
filter-unknown-status = “{ $word }”: write status:active, status:pending or status:withdrawn.
filter-not-comparable = “{ $word }”: the signs < and > go with avg only. Write a colon.
filter-phone-too-short = “{ $word }”: at least three digits of the number are needed.
filter-too-long = The filter is too long: { $max } characters at most.

## Names of fields
field-last-name = Last name
field-first-name = First name
field-sex = Sex
field-phone = Phone
field-class = Class
field-matricule = Matricule
field-birth-date = Date of birth
field-birth-place = Place of birth
field-status = Status
field-mark = Mark
field-username = Account name
field-display-name = Shown name
field-password = Password
field-role = Role
field-name = Name
field-short = Short name
field-level = Level
field-series = Series
field-coefficient = Coefficient
field-position = Position
field-title = Title
field-kind = Kind
field-date = Date
field-scale = Scale
field-school = School
field-year = School year
field-subject = Subject
field-term = Term
field-teacher = Teacher
field-student = Student
field-filter = Filter
field-file = File
field-preset = Rules to start with
field-division = Division
field-samples = Samples
field-repeat = Once more
field-old-password = Current password
field-mapping = Mapping

## Roles, states, kinds, codes
role-admin = Administrator
role-head = Head
role-bursar = Bursar
role-secretary = Office
role-supervisor = Supervisor
role-teacher = Teacher
role-student = Student
role-parent = Parent
status-active = Active
status-pending = Pending
status-withdrawn = Withdrawn
sex-female = Female
sex-male = Male
kind-test = Test
kind-quiz = Quiz
kind-composition = Composition
kind-mock-exam = Mock exam
code-abs = Justified absence
code-absn = Unjustified absence
code-disp = Exempt
code-nn = Not graded
code-nr = Not handed in
sheet-state-open = Open
sheet-state-closed = Closed

## Agreements
agree-first = { $sex ->
   *[unknown] 1st
}
agree-place = { $position }{ $ordinal ->
    [one] st
    [two] nd
    [few] rd
   *[other] th
}
agree-tied = { $place } (tied)
agree-unranked = { $sex ->
   *[unknown] not ranked
}
agree-born-on = { $sex ->
   *[unknown] Born on
}
agree-active = { $sex ->
   *[unknown] active
}
agree-pending = pending
agree-withdrawn = { $sex ->
   *[unknown] withdrawn
}


## Command line: settings
cli-config-unreadable = The configuration file { $path } cannot be read ({ $why }). Check the path and the permissions.
cli-config-empty = The file { $path } is empty: it should hold an address.
cli-config-no-address = store.kind = "mongodb" needs the address of the server: give store.uri (or store.uri_file), for example mongodb://localhost:27017/?replicaSet=rs0.
cli-config-syntax = The configuration file { $path } has a mistake on line { $line }: { $why }. Compare with config.toml.example.
cli-config-unknown = { $origin } gives the key “{ $key }”, which carnet does not know. The keys are in config.toml.example.
cli-config-unknown-near = { $origin } gives the key “{ $key }”, which carnet does not know. Did you mean “{ $near }”?
cli-config-wrong = { $key } cannot be { $value } ({ $origin }). It takes { $expected }.
cli-config-expected-word = one of these words: { $words }
cli-config-expected-bool = true or false
cli-config-expected-number = a whole number from { $min } to { $max }
cli-config-expected-text = a text that is not empty
cli-config-expected-code = a code of 1 to 32 lower-case letters without accents, digits, - or _
cli-config-expected-database = a name of 1 to 30 letters without accents, digits, - or _

## Command line: help and usage errors
cli-help-commands = Commands
cli-help-command = COMMAND
cli-help-usage = Usage:
cli-help-arguments = Arguments
cli-help-options = Options
cli-help-default = { $text } [default: { $value }]
cli-usage-unknown-command = There is no command “{ $word }”.
cli-usage-unknown-argument = There is no option or argument “{ $word }” here.
cli-usage-missing-argument = Missing: { $word }.
cli-usage-missing-command = The command is missing.
cli-usage-missing-value = The value of { $word } is missing.
cli-usage-wrong-value = { $word } cannot be “{ $value }”. Expected: { $expected }.
cli-usage-conflict = { $word } does not go with the rest of the command, or is given twice.
cli-usage-other = The command is not understood.
cli-usage-near = { $sentence } Did you mean “{ $near }”?
cli-usage-help = Add --help to see what is possible.

## Command line: what each command does
cli-cmd-carnet = carnet: a school’s marks at the keyboard. Without a command, opens the full-screen program.
cli-cmd-demo = Builds a sample school and opens it; everything is deleted on leaving
cli-cmd-init = Opens a school: asks for what is not given
cli-cmd-doctor = Looks the installation over: files, permissions, data, history
cli-cmd-seed = Fills an empty school with made-up students and marks
cli-cmd-students = Students: list, show, add, edit, delete
cli-cmd-students-list = Lists the students
cli-cmd-students-show = Shows a student with averages and marks
cli-cmd-students-add = Adds a student; the matricule is made if it is not given
cli-cmd-students-edit = Changes a student; what is not given stays
cli-cmd-students-delete = Deletes a student (“carnet undo” takes it back)
cli-cmd-classes = Classes
cli-cmd-classes-list = Lists the classes
cli-cmd-classes-add = Adds a class
cli-cmd-classes-edit = Changes a class
cli-cmd-classes-delete = Deletes a class with nobody in it
cli-cmd-subjects = Subjects and coefficients
cli-cmd-subjects-list = Lists the subjects
cli-cmd-subjects-add = Adds a subject
cli-cmd-subjects-edit = Changes a subject; a changed coefficient makes the averages again
cli-cmd-subjects-delete = Deletes a subject without marks
cli-cmd-evaluations = Evaluations of a sheet (class, subject, term)
cli-cmd-evaluations-list = Lists the evaluations
cli-cmd-evaluations-add = Adds an evaluation
cli-cmd-evaluations-edit = Changes an evaluation
cli-cmd-evaluations-delete = Deletes an evaluation and its marks (“carnet undo” takes it back)
cli-cmd-assignments = Assignments: who teaches what in which class
cli-cmd-assignments-list = Lists the assignments
cli-cmd-assignments-add = Gives a subject of a class to a teacher
cli-cmd-assignments-delete = Takes an assignment away
cli-cmd-terms = Trimesters or semesters
cli-cmd-terms-list = Lists the terms of the year
cli-cmd-terms-set-current = Changes the current term
cli-cmd-users = Accounts
cli-cmd-users-list = Lists the accounts
cli-cmd-users-add = Adds an account; without a given password, makes one and shows it once
cli-cmd-users-edit = Changes an account
cli-cmd-users-delete = Deletes an account
cli-cmd-marks = Marks
cli-cmd-marks-list = Lists the marks of a sheet
cli-cmd-marks-set = Enters, changes or empties a mark
cli-cmd-marks-mine = The marks of the account’s student or children, as on “My marks”
cli-cmd-stats = Statistics
cli-cmd-stats-school = Statistics of the school
cli-cmd-stats-class = Statistics of a class
cli-cmd-stats-subject = Statistics of a subject in the whole school
cli-cmd-stats-subjects = The subjects of a class or the school, side by side
cli-cmd-stats-terms = One average from term to term
cli-cmd-stats-top = The best averages
cli-cmd-import = Reads data from a file
cli-cmd-import-students = Reads students, and their marks, from a CSV file
cli-cmd-backup = Backups
cli-cmd-backup-create = Makes a backup
cli-cmd-backup-list = Lists the backups
cli-cmd-backup-verify = Reads a backup through
cli-cmd-backup-restore = Replaces all data by a backup
cli-cmd-backup-prune = Keeps only the newest backups
cli-cmd-cache = Cache
cli-cmd-cache-stats = Counters of the cache
cli-cmd-cache-flush = Empties the cache; nothing is lost
cli-cmd-undo = Takes an act back, by the number the command had given
cli-cmd-completions = Writes a shell’s completion script
cli-cmd-man = Writes the manual pages

## Command line: options and arguments
cli-arg-help = Shows this help
cli-arg-version = Shows the version
cli-arg-config = Configuration file
cli-arg-lang = Language; else the configuration’s, else the terminal’s (LANG), else French
cli-arg-school = Code of another school of this machine
cli-arg-user = Account that acts; without it, the service account (admin.token)
cli-arg-password-file = File with the password, instead of being asked
cli-arg-format = Form of what is printed
cli-arg-students = Number of students; above 5,000, ten marks a student
cli-arg-seed = The same number gives the same school
cli-arg-keep = Keeps the school in this folder, without opening it
cli-arg-name = Name
cli-arg-year = School year
cli-arg-preset = Model of the rules
cli-arg-semesters = Two semesters instead of three trimesters
cli-arg-samples = Adds the model’s sample classes and subjects
cli-arg-admin = Name of the first administration account
cli-arg-rebuild = Makes every student’s averages again from the marks
cli-arg-fill = Also in a school that has students
cli-arg-filter = Filter, as on the screen: classe:TSE moy<10 nom:tra
cli-arg-sort = Order: name, average, matricule or class; a - in front reverses it
cli-arg-limit = At most so many lines
cli-arg-matricule = Matricule
cli-arg-new-matricule = New matricule
cli-arg-last = Last name
cli-arg-first = First name
cli-arg-class = Class
cli-arg-phone = Phone
cli-arg-sex = Sex
cli-arg-birth-date = Date of birth, 2010-05-31 or 31/05/2010
cli-arg-birth-place = Place of birth
cli-arg-status = Status
cli-arg-level = Level
cli-arg-series = Series
cli-arg-rename = New name
cli-arg-coefficient = Coefficient, 0 to 100
cli-arg-coefficient-for = Coefficient of a level or series, such as Terminale/TSE=5
cli-arg-short = Short name
cli-arg-position = Place in lists
cli-arg-subject = Subject
cli-arg-term = Trimester or semester
cli-arg-title = Title of the evaluation
cli-arg-kind = Kind: test, quiz, composition, mock_exam
cli-arg-date = Date, 2026-11-20 or 20/11/2026
cli-arg-scale = Scale
cli-arg-unpublished = Families do not see the marks yet
cli-arg-published = Families see the marks
cli-arg-teacher = The teacher’s account
cli-arg-username = Name of the account
cli-arg-role = Role: admin, head, bursar, secretary, supervisor, teacher, student, parent
cli-arg-student = Matricule of the account’s student
cli-arg-child = Matricule of a child of the account; may be repeated
cli-arg-my-child = The child whose marks are wanted: name or matricule (by default the first)
cli-arg-no-child = Unlinks the account from all its children
cli-arg-disabled = The account is closed
cli-arg-new-password-file = File with the account’s password
cli-arg-evaluation = Title of the evaluation
cli-arg-score = Mark (12.5), code (ABS, ABSN, DISP, NN, NR), or nothing to empty it
cli-arg-reason = Why it is changed, kept in the history
cli-arg-with-ties = Also those who tie with the last
cli-arg-file = File to read; - for standard input
cli-arg-map = Field read from a column: class=school; may be repeated
cli-arg-mark = Column of marks: G1=Mathématiques/1; may be repeated
cli-arg-fill-missing = Gives rows without identity, name or matricule one; creates classes and subjects
cli-arg-source = Name of the source of rows without identity [default: the file’s name]
cli-arg-dry-run = Shows what would be done, without doing it
cli-arg-only-good = Does the good rows even if others are refused
cli-arg-rejects = Writes the refused rows into this file
cli-arg-yes = Does not ask for confirmation
cli-arg-act = Number of the act
cli-arg-shell = Shell
cli-arg-output = Folder for one page a command

## Names of keys
keyname-enter = Enter
keyname-esc = Esc
keyname-tab = Tab
keyname-backspace = Backspace
keyname-delete = Del
keyname-insert = Ins
keyname-up = Up
keyname-down = Down
keyname-left = Left
keyname-right = Right
keyname-home = Home
keyname-end = End
keyname-pageup = PgUp
keyname-pagedown = PgDn
keyname-space = Space
keyname-shift = Shift-

## Keys of every screen
key-help = Help: all keys of the screen
hint-help = help
key-palette = Palette: every action, screen and student by a few letters
key-back = Back to the screen before
key-lock = Lock the screen at once
key-language = Change the language (French, English)
key-theme = Change the colours (usual, high contrast, none)
key-redraw = Draw the screen again
key-suspend = Pause carnet (“fg” comes back)
key-quit = Quit carnet
key-down = Down
key-up = Up
key-first = To the beginning
key-last = To the end

## Frame of every screen
lamp-store = store
lamp-cache = cache
lamp-slow = slow
lamp-gone = gone
root-kept = ~ { $count } to send
root-kept-title = Marks wait for the store
root-kept-quit = { $count ->
    [one] One mark is kept on this machine
   *[other] { $count } marks are kept on this machine
} and will be sent by itself, at the latest when carnet starts next. Quit?
root-too-small = Make the window larger: { $least } × { $most } at least (here { $columns } × { $rows }). Nothing is lost.
root-waiting = carnet has been waiting for an answer for { $seconds } s; you can go on typing.
root-waiting-store = The store has not answered for { $seconds } s; carnet tries again. Nothing is lost.
root-backend-gone = The engine of carnet has stopped. Quit (q) and start carnet again; what was saved is saved.
root-login-first = Log in first.
root-write-failed = Something could not be saved
root-language = carnet speaks English.
root-theme-default = Colours: ordinary.
root-theme-contrast = Colours: high contrast.
root-theme-mono = Colours: none.
root-theme-none = carnet stays without colours, as this terminal asks (NO_COLOR).
root-at-home = There is no screen before this one. q quits carnet.
root-unsaved-title = What you typed is not saved
root-unsaved-back = Leaving this screen loses what you typed. Leave it anyway?
root-unsaved-quit = Quitting carnet loses what you typed. Quit anyway?
root-unsaved-logout = Logging out loses what you typed. Go on anyway?
root-arrival-title = Work of another account is waiting
root-arrival-text = “{ $user }” has work that is not saved. Going on with your account drops it. To keep it, answer no and log in as “{ $user }”.
root-draining = { $count ->
    [one] One change is being saved…
   *[other] { $count } changes are being saved…
}
root-resumed = You are logged in again; everything is where it was.
root-welcome = Welcome, { $name }.
root-password-changed = Your password is changed.
root-session-over = Your session is over. What you typed is kept: log in to go on.
root-logged-out = You are logged out.
input-cut = The text did not fit into the field: its end was left out.

## Questions and messages
question-yes = Yes
question-no = No
question-ok = OK
question-choose = answer
question-next = Next answer
question-previous = Previous answer
question-close = close

## Help
help-title = Keys: { $screen }
help-close = close
help-down = down
help-up = Up
help-page-down = Next page
help-page-up = Previous page

## Palette
palette-title = What are you looking for?
palette-nothing = Nothing fits. Try other letters.
palette-more = More students match: type more letters, or the first name.
palette-choose = open
palette-next = Next line
palette-previous = Previous line
palette-close = close

## Login
login-title = Login
login-username = User name
login-password = Password
login-welcome = Type your user name and your password.
login-again = “{ $user }”, type your password again to go on.
login-opening = carnet is opening the school’s store…
login-retry = carnet tries again by itself, every second.
login-kept = { $count ->
    [one] One mark typed before is kept here and will be sent as soon as the store answers.
   *[other] { $count } marks typed before are kept here and will be sent as soon as the store answers.
}
login-empty = This field is empty.
login-checking = Checking the password…
login-caps = Only capital letters: is Caps Lock on?
login-demo = Trial school: PgDn takes one of these accounts.
login-no-demo = There are no trial accounts: this is a real school.
login-key-enter = log in
login-key-retry = try again
login-key-quit = Quit carnet
login-hint-quit = quit
login-key-next = next field
login-key-previous = Previous field
login-key-demo = Take the next trial account
login-hint-demo = trial account
login-key-demo-back = Take the trial account before
login-key-language = Change the language
login-hint-language = Français

## Home
home-title = Home
home-kept = Kept on this machine: { $waiting } to send{ $stuck ->
    [0] {""}
    [one] , 1 waits for your choice
   *[other] , { $stuck } wait for your choice
}.
home-key-open = open
home-hint-move = move
home-key-logout = Log out
home-hint-logout = log out
menu-section-daily = Every day
menu-section-school = The school
menu-section-installation = The installation

## Forms
form-key-next = Next field; on the last one, save
form-hint-next = next
form-hint-change = change
form-key-previous = Previous field
form-key-save = Save
form-hint-save = save

## First run
wizard-title = First run
wizard-welcome = Welcome to carnet.
wizard-about = This store is empty. A few answers open your school; all of them can be changed later.
wizard-preset-mali = Mali: class ×1 + composition ×2, over 3
wizard-preset-france = France: weighted mean of the marks
wizard-preset-help = ← → changes. How averages are made, and the sample subjects and classes.
wizard-trimesters = three trimesters
wizard-semesters = two semesters
wizard-samples-help = With sample classes and subjects, to keep, change or remove.
wizard-admin-help = The account that may do everything. 2 to 32 lower-case letters, digits, dot, dash.
wizard-year = Write the school year like 2026-2027.
wizard-opening = carnet is opening the school…
wizard-key-open = open the school

## Password
password-title = Password
password-new = New password
password-help = At least 8 characters. A short sentence is easy to remember.
password-differs = The two passwords are not the same.
password-same = The new password is the same as the old one. Choose another.
password-forced = Somebody else gave you this password. Choose your own to go on.
password-stay = A new password is needed first. F4 logs you out.
password-about = Choose a new password. Your other open sessions will end.

## Lock
lock-title = Locked
lock-locked = Screen locked: { $user }
lock-about = Type your password to go on where you were.
lock-wrong = This is not your password.
lock-key-open = unlock

## Installation
health-title = Installation
menu-health = Installation, backups
menu-health-about = State of the store, backups, term
menu-kept = Kept marks
menu-kept-about = Typed while the store was away
kept-about = These marks were typed while the store did not answer. Those with ~ are sent by themselves; ≠ and ! wait for your choice.
kept-none = No mark is kept on this machine.
kept-clash = { $by } put { $theirs } there at { $at }. Enter goes to the cell, where you choose.
kept-refused = Not saved: { $why } Enter it elsewhere, or give it up with “x”.
kept-drop-title = Give this mark up
kept-drop-text = { $what }
    It will not be saved. Give it up?
kept-dropped = The mark is given up.
kept-key-open = Go to the cell
kept-hint-open = to the cell
kept-key-drop = Give the mark up
kept-hint-drop = give up
menu-health-about-look = State of the store and the backups
menu-password = My password
menu-password-about = Change the password of this account
health-reading = Reading the state…
health-store = Store
health-cache = Cache
health-kind-sqlite = SQLite (one file)
health-kind-memory = in memory
health-cache-use = Reads of the cache
health-hits = { $one ->
    [one] { $hits } found
   *[other] { $hits } found
}, { $misses } to read again
health-students = Students
health-marks = Marks
health-format = Format of the data
health-term = Current term
health-good = in order
health-backups = Backups
health-none = No backup so far: b makes one.
health-backup-file = File: { $path }
health-documents = { $count } records
health-size = { $count } KiB
health-busy = Work is going on; wait until it is done.
health-no-backup = There is no backup to restore yet.
health-not-empty = The school already has students: made-up ones cannot be put there.
health-key-backup = Make a backup
health-hint-backup = back up
health-key-restore = Restore the selected backup
health-hint-restore = restore
health-key-term = Change the current term
health-hint-term = term
health-key-seed = Fill the empty school with made-up students and marks
health-hint-seed = make up students
health-key-refresh = Read the state again
health-hint-refresh = read again
health-key-check = Check the store, the history and the averages
health-hint-check = check
health-key-rebuild = Check, and make the averages again
health-key-verify = Read the chosen backup from end to end
health-key-prune = Remove old backups
health-key-flush = Empty the cache
health-work-check = Checking
health-work-verify = Reading the backup
health-work-prune = Removing old backups
health-work-flush = Emptying the cache
health-prune-title = Old backups
health-prune-text = Only the { $count } newest backups will stay. Go on?
health-findings = To look at
health-stale = Averages that do not follow from the marks: { $count }. C makes them again.
health-rebuilt = All is well. Averages made again: { $count }
health-restore-title = Restore a backup
health-restore-text = Everything in the store will be replaced by the backup of { $when }. The other users will be logged out. Go on?
health-seed-title = Made-up students
health-seed-text = carnet will make { $count } made-up students with marks, for trying. Go on?
health-term-title = Current term
health-term-text = Lists, rankings and averages will show this term.
health-backup-made = Backup made: { $name }
health-done = Done.
health-restored = The backup is restored.
health-seeded = The school is filled with made-up students.
health-term-set = The current term is changed.
health-work-backup = Making a backup
health-work-restore = Restoring
health-work-seed = Making students and marks
health-work-term = Updating the averages

## Command line: messages
cli-no-home = carnet cannot find this account’s home folder. Give HOME, or a file with --config.
cli-no-terminal = The full-screen program needs a terminal, for input and for output. For a script, see “carnet --help”.
cli-dumb-terminal = This terminal cannot place its cursor (TERM=dumb). Open carnet in another one or, if yours can, type: TERM=vt100 carnet. Without the full screen see “carnet --help”.
cli-signal = carnet was stopped from outside (by the system or another program). All that was entered is saved.
cli-signal-typing = carnet was stopped from outside (by the system or another program). What you were typing is not saved: type it again.
cli-terminal-trouble = The terminal no longer obeys: { $why }. Close it and start again in another one.
cli-key-trouble = Something is wrong with the key file { $path }: { $why }. Check its permissions, or put it back from a copy.
cli-key-missing = The key { $path } is missing although there is data: the history would be signed by another hand. Put the file back from a copy.
cli-redis-address = The cache’s address { $place } is none for Redis: { $why }. Mend cache.uri, for instance redis://localhost:6379.
cli-doctor-cache = Redis ({ $place }): { $said } Nothing is lost: carnet goes on without it, a little more slowly, and finds it again by itself.
cli-must-change = This account’s password was given by somebody else. Open “carnet” and change it first.
cli-still-waiting = carnet is still waiting for the answer (Ctrl-C gives up).
cli-no-school = There is no school in { $path }: the file is empty. Open one by “carnet init” or by starting “carnet”. If there was one, then run “carnet backup restore”.
cli-store-away = The data store does not answer. Nothing was saved. Try again in a moment; if it lasts, check the disk and run “carnet doctor”.
cli-store-file = Data file: { $path }
cli-store-database = Database: { $path }
cli-secret-open = Other accounts may read { $path }, which holds a password. Type: chmod 600 { $path }
cli-unexpected = carnet received an answer it did not expect. Nothing was changed after it; please report this.
cli-who = Say who acts: --as USER. Without it, { $path } must be readable, which is for the service account.
cli-password-of = Password of { $user }:
cli-password-file = The file { $path } cannot be read: { $why }.
cli-password-file-empty = The file { $path } is empty. Put the password on its first line.
cli-password-no-terminal = There is no terminal to ask for the password at. Give it with --password-file.
cli-cannot-write = { $path } cannot be written: { $why }.
cli-done = Done.
cli-done-undo = Done. To take it back: carnet undo { $act }
cli-undone = Taken back.
cli-term-set = The current term is { $term }. The averages have been made again.
cli-mark-set = { $student }, { $evaluation }: { $value }
cli-my-marks = { $student } · { $term } · { $year }: general average { $average }, rank { $rank }
cli-user-saved = The account { $user } is saved.
cli-user-password = Its first password, shown only this once (to be changed at the first login):
cli-student-saved = The student is saved, with the matricule:
cli-backup-made = The backup is made.
cli-backup-good = The backup is whole and readable.
cli-backup-pruned = Backups removed: { $count }
cli-unfinished = Restoring a backup was interrupted; carnet is finishing it…
cli-backup-restored = The backup has replaced the data. Everybody must log in again.
cli-backup-confirm = All data will be replaced by { $name }. Type “yes” to go on:
cli-backup-confirm-word = yes
cli-backup-kept = Nothing was changed.
cli-backup-yes = Without a terminal to confirm at, add --yes: the backup replaces all data.
cli-cache-kind = Cache: { $kind }
cli-cache-flushed = The cache is empty. Nothing is lost: it fills as it is used.
cli-seeded = { $students } made-up students were added.
cli-man-written = The manual pages are in { $path }.
cli-init-ask-name = Name of the school?
cli-init-ask-year = School year?
cli-init-ask-preset = Model (mali or france)?
cli-init-ask-admin = Administration account?
cli-init-ask-password = Its password (at least 8 characters):
cli-init-ask-again = Once more:
cli-init-differ = The two passwords are not the same. Start again.
cli-init-no-terminal = Without a terminal, give --name, --admin and --password-file.
cli-init-done = The school { $name } is open. Log in with the account { $user }.
cli-init-keys = The keys are in { $path }: keep a copy in a safe place.
cli-demo-not-empty = The folder { $path } is not empty. Give a new folder.
cli-demo-no-year = No school year fits the date of this machine ({ $date }). Set the clock, then try again.
cli-demo-kept = The sample school is ready. Open it with “carnet --config { $path }”; password of every account: { $password }
cli-demo-progress = { $done } students of { $total }
cli-doctor-open = Other accounts may read or change { $path }. Do chmod 600.
cli-doctor-kept = { $user }: { $class } · { $subject } · { $count ->
    [one] one mark kept
   *[other] { $count } marks kept
} on this machine since { $since } ({ $stuck } to settle on the screen).
cli-doctor-kept-damaged = Unreadable lines among the kept marks of { $user }: { $count }. The file stays as it is, in { $path }.
cli-doctor-finding = To look at: { $finding }
cli-doctor-stale = Averages that do not follow from the marks: { $count }. Run “carnet doctor --rebuild”.
cli-doctor-boundary = Whoever can read { $path } or the configuration sees everything: roles protect only where carnet runs under a service account (see README, “Qui peut quoi”).
cli-doctor-good = All is well.
cli-import-unreadable = { $path } cannot be read: { $why }.
cli-import-refused = Rows refused: { $count }. Nothing was written. Mend them, or add --only-good to do the others.
cli-import-dry = Nothing was written: this was a try.
cli-import-nothing = Nothing to write: all is so already.
cli-import-stopped = The import stopped on its way. Rows saved: { $done } (carnet undo { $act } takes them back). Why it stopped: { $why } Give the same command again for the rest.
cli-fate-create = to create
cli-fate-update = to update
cli-fate-unchanged = unchanged
cli-fate-refuse = to refuse
cli-lamp-good = running
cli-lamp-slow = slow
cli-lamp-gone = away
cli-progress = { $done } of { $total }
cli-yes = yes
cli-no = no
cli-rank-of = { $rank } of { $of } ({ $term })

## Command line: columns
cli-col-name = Name
cli-col-level = Level
cli-col-series = Series
cli-col-short = Short name
cli-col-coefficient = Coef
cli-col-coefficients = By level and series
cli-col-year = Year
cli-col-term = Term
cli-col-current = Current
cli-col-starts = Starts
cli-col-ends = Ends
cli-col-title = Title
cli-col-kind = Kind
cli-col-date = Date
cli-col-scale = Scale
cli-col-published = Published
cli-col-matricule = Matricule
cli-col-last = Last name
cli-col-first = First name
cli-col-evaluation = Evaluation
cli-col-score = Mark
cli-col-code = Code
cli-col-teacher = Teacher
cli-col-class = Class
cli-col-subject = Subject
cli-col-username = Account
cli-col-role = Role
cli-col-disabled = Closed
cli-col-linked = Students
cli-col-sex = Sex
cli-col-average = Average
cli-col-phone = Phone
cli-col-status = Status
cli-col-birth-date = Date of birth
cli-col-birth-place = Place of birth
cli-col-rank = Rank
cli-col-student = Student
cli-col-count = Students ranked
cli-col-without = Without average
cli-col-mean = Mean
cli-col-min = Lowest
cli-col-max = Highest
cli-col-median = Median
cli-col-deviation = Deviation
cli-col-pass-rate = Pass rate (%)
cli-col-below = Below 10
cli-col-file = File
cli-col-at = Date
cli-col-bytes = Bytes
cli-col-documents = Documents
cli-col-hits = Hits
cli-col-misses = Misses
cli-col-fills = Fills
cli-col-refused-fills = Refused fills
cli-col-invalidations = Invalidations
cli-col-store = Data
cli-col-format = Format
cli-col-cache = Cache
cli-col-students = Students
cli-col-marks = Marks
cli-col-findings = Findings
cli-col-stale = Wrong averages
cli-col-rebuilt = Averages rebuilt
cli-col-row = Row
cli-col-fate = Fate
cli-col-detail = Detail
cli-col-reason = Reason

## Reading files
csv-empty = The file is empty. It needs a line of headings, then a line a student.
csv-binary = This file is not a text table. Save the table as CSV and try again.
csv-spreadsheet = This is a spreadsheet file. Save it as CSV and try again.
csv-too-large = The file is larger than { $mebibytes } MiB. Cut it into several files.
csv-too-many-columns = The table has more than { $max } columns. Keep only those that serve.
csv-too-many-rows = The table has more than { $max } rows. Cut it into several files.
csv-open-quote = A quotation mark (") opens on line { $line } and is never closed: all that follows would be one cell. Close or remove it, then try again.
csv-long-row = Row { $row } has more cells than the line of headings. Check the separators and quotes of that row.
## Students: the table
students-title = Students
students-about = Search, sort, add, change, delete
students-about-edit = Search, sort, add, change
students-about-look = Search, sort, look at cards
students-of-class = Students of { $class }
students-average = Avg
students-filter = Filter
students-filter-none = all students
students-filter-example = Examples: traoré awa · class:TSE avg<10 · sex:F phone:7612 · -status:active
students-found = { $count ->
    [one] { $shown } student
   *[other] { $shown } students
}
students-order-up = Order: { $column }, ascending
students-order-down = Order: { $column }, descending
students-chosen = { $count ->
    [one] 1 chosen
   *[other] { $count } chosen
}
students-loading = Reading the students…
students-retry = r reads the list again.
students-none = There is no student yet. a adds the first; the screen “Import students” (Esc, then the menu) reads a whole file.
students-none-for-you = There are no students in your classes. Ask the office if this surprises you.
students-none-found = No student fits this filter. Esc shows all students again; f changes the filter.
students-none-found-digits = No student matches this filter. Of a phone number, type three digits at least. Esc shows all students again.
students-word-class = class
students-word-average = avg
students-nobody-here = There is no student here.
students-may-not-edit = Your role may not add or change students. Ask the office.
students-may-not-delete = Your role may not delete students. Ask the administrator.
students-nothing-to-undo = There is no deletion to undo here. R shows all deleted students.
students-no-search = Type / and a name to search; n and N then go from one found student to the next.
students-name-stays = The column Last name always stays.
students-sort-title = Sort by (the same once more: reversed)
students-columns-title = Columns shown
students-delete-title = Delete
students-delete-one = Delete { $name } ({ $matricule })? The account, if there is one, will be closed. Marks and history are kept; u undoes it now, R later.
students-delete-many = Delete the { $count } chosen students? Their accounts, if they have any, will be closed. Marks and histories are kept; u undoes it now, R later.
students-deleted = { $name }: removed from the list. u takes it back.
students-deleted-many = { $count } students deleted. u takes it back.
students-not-deleted = { $name } has not been deleted. { $why }
students-back-again = Taken back: everything is there again.
students-copied = { $count ->
    [one] 1 line copied.
   *[other] { $count } lines copied.
}
deleted-title = Deleted students
deleted-empty = No deleted student.
deleted-column-name = Student
deleted-column-at = Deleted on
deleted-column-by = By
deleted-key-back = Bring the student back, with marks and account
deleted-hint-back = bring back
deleted-only-back = Here deleted students are only brought back: Enter.
deleted-back = The student is back, with marks and account.

students-key-open = Open the student’s card
students-hint-open = card
students-key-choose = Choose the student for an action on several
students-hint-choose = choose
students-key-filter = Filter: class:TSE avg<10 last:tra, or words
students-hint-filter = filter
students-key-search = Search for one more word
students-key-sort = Sort by a column
students-hint-sort = sort
students-key-add = Add a student
students-hint-add = add
students-key-edit = Change the student
students-hint-edit = edit
students-key-delete = Delete the student, or the chosen ones
students-key-undo = Take the deletion back
students-key-deleted = Deleted students: find them, bring them back
students-key-columns = Choose the columns
students-hint-columns = columns
students-key-reverse = Reverse the order
students-key-down = Down (10j: by ten)
students-key-up = Up (10k: by ten)
students-key-page-down = Next page
students-key-page-up = Previous page
students-key-choose-down = Choose and go down
students-key-choose-up = Choose and go up
students-key-next = Next found student
students-key-previous = Previous found student
students-key-copy = Copy the student or the chosen ones
students-key-reread = Read the list again
students-key-back = Let go of the chosen ones, then of the filter, then go back
students-bar-accept = keep the filter
students-bar-cancel = as before
students-pick-take = choose
students-pick-close = close

## Students: the form
student-form-title-new = New student
student-form-title = Change a student
student-form-about = Name, class, phone; and first marks
student-form-heading-new = Ctrl-S saves, F6 saves and goes on. Last and first name are enough.
student-form-heading = Ctrl-S saves. Esc goes back.
student-form-reading = Reading the card…
student-form-retry = Any key reads the card again; Esc goes back.
student-form-help-choice = Type the first letters, or change with ← and →; Backspace clears.
student-form-help-matricule = Leave it empty: carnet gives the next number.
student-form-help-phone = As it is written: 76 12 34 56. Only one student can have it.
student-form-help-date = Day, month, year: 31/05/2010.
student-form-save = save
student-form-saving = Saving…
student-form-wrong = Nothing is saved: mend what is marked.
student-form-not-saved = Nothing is saved, and nothing you typed is lost. { $why }
student-form-added = { $name } has been added: number { $matricule }.
student-form-changed = The record of { $name } is saved.
student-form-key-save-next = Save, and go on with the next student of the class
student-form-hint-save-next = save + next
student-form-next-only-new = This form changes a student; F6 goes on only with new ones.
student-form-key-next = Next field
student-form-hint-next = next field
student-form-key-previous = Previous field
student-form-key-change = Change a choice
student-form-key-marks = Give first marks
student-form-hint-marks = first marks
student-form-key-fields = back to the fields
student-form-mark-next = next mark
student-form-mark-previous = Previous mark
student-form-marks = First marks in { $class } · { $term }
student-form-marks-help = 12.5 or ABS, DISP, NN, NR; empty: no mark. Ctrl-S saves all.
student-form-marks-reading = Reading the evaluations of the class…
student-form-marks-none = The class has no open evaluation this term yet. Esc goes back to the fields.
student-form-marks-typed = { $count ->
    [one] With 1 mark (F4).
   *[other] With { $count } marks (F4).
}
student-form-marks-class-first = Choose the class first.
student-form-marks-on-sheets = Marks of a student who is already enrolled are entered on the sheets of the class.
student-form-marks-not-yours = Your role may not enter marks.
student-form-marks-other-class = The class has changed: look at the marks, then save again.
student-form-marks-homeless = { $count ->
    [one] 1 mark typed for the other class has no place in this one and is left out.
   *[other] { $count } marks typed for the other class have no place in this one and are left out.
}
student-form-clash-title = Somebody else has changed this record
student-form-clash-text = You have both changed:
student-form-clash-line = { $field }: you “{ $mine }”, the other “{ $theirs }”
student-form-clash-keep = Keep and save my values
student-form-clash-take = Take the other’s
student-form-clash-taken = The other’s values are in the form now. Ctrl-S saves the rest.

## Students: the card
student-card-title = Card
student-card-reading = Reading…
student-card-retry = r reads again; Esc goes back to the list.
student-card-not-there = This student is no longer in the list: somebody has deleted the record.
student-card-gone = This student is deleted. u takes it back; Esc goes back to the list.
student-card-gone-already = This student is deleted. u takes it back.
student-card-no-list = Open the card from the list to go from one student to the next.
student-card-no-history = Your role does not show the history.
student-card-first = This is the first student of the list.
student-card-last = This is the last student of the list.
student-card-no-class = No class
student-card-born-at = { $born } in { $place }
student-card-birth-place = Place of birth: { $place }
student-card-phone = Tel. { $phone }
student-card-no-phone = No phone
student-card-account = Account: { $account }
student-card-no-account = No account
student-card-year = Year
student-card-average = Average
student-card-rank = Rank
student-card-tab-marks = Marks { $term }
student-card-tab-history = History
student-card-subject = Subject
student-card-coefficient = Coef
student-card-marks = Marks
student-card-all = { $subject }: { $marks }
student-card-no-marks = No marks this term yet. ← and → show the others.
student-card-marks-not-yours = Your role does not show marks.
student-card-no-past = Nothing has changed yet.
student-card-mark = { $subject } · { $evaluation } ({ $term }): { $old } → { $new }
student-card-taken-back = Taken back: { $what }
student-card-again = Done again: { $what }
student-card-created = Record made
student-card-removed = Removed from the list
student-card-unknown = Other change ({ $action })
student-card-field = { $field }: { $old } → { $new }
student-card-key-sheet = Open the class’s sheet of this subject
student-card-key-explain = Explain the subject’s average: marks, fractions, rounding
student-card-key-explain-general = Explain the general average of the term
student-card-explain-title = Why this average: { $subject } · { $term }
student-card-explain-general = General average { $term }: { $student }
student-card-explained-with-marks = Averages are explained on the marks tab: Tab goes there.
student-card-nothing-to-explain = Nothing to explain here: this term has no marks.
student-card-not-every-subject = This average also counts subjects that you do not see, or a coefficient changed since: only a part could be explained here.
student-card-hint-sheet = sheet
student-card-sheet-not-yours = Your role does not open mark sheets.
student-card-no-sheet = Choose a subject on the marks tab.
student-card-terms-with-marks = Terms are those of the marks (Tab).
student-card-key-tab = From the marks to the history, and back
student-card-hint-tab = history
student-card-hint-tab-marks = marks
student-card-key-next-term = Next term
student-card-hint-term = term
student-card-key-previous-term = Previous term
student-card-key-next = Next student of the list
student-card-hint-next = next student
student-card-key-previous = Previous student of the list
student-card-key-edit = Change the student
student-card-hint-edit = edit
student-card-key-delete = Delete the student
student-card-hint-delete = delete
student-card-key-undo = Take the deletion back
student-card-key-reread = Read the card again
## Mark sheet
sheet-reading = Reading the sheet…
sheet-not-read-yet = The sheet has not been read yet. Wait a moment.
sheet-year-closed = Closed year: read only.
sheet-closed = Term closed: read only. The administrator can reopen it.
sheet-not-yours = Read only: this subject is not yours in this class.
sheet-only-look = Read only: your role looks at marks without changing them.
sheet-no-columns = No evaluation yet. Add one with “+”.
sheet-no-columns-yet = This sheet has no evaluation yet.
sheet-new-column = ↵ New evaluation (Enter)
sheet-no-students = This class has no student yet. Add some on the Students screen.
sheet-has-left = The student has left the class: these marks no longer change here.
sheet-left = has left
sheet-cancelled = Given up; nothing has changed.
sheet-too-long = A mark has at most { $max } characters; the rest was left out.
sheet-nothing-to-repeat = Nothing to repeat: enter a mark first.
sheet-given-up = The refused mark is given up; the stored one is shown again.
sheet-top-row-is-off = The top row is not read as digits. F6 changes that.
sheet-top-row-on = The top row is read as digits: & é " ' ( - è _ ç à are 1 2 3 4 5 6 7 8 9 0.
sheet-top-row-off = The top row is no longer read as digits.
sheet-nothing-to-undo = You have nothing to undo on this sheet.
sheet-nothing-to-redo = You have nothing to redo on this sheet.
sheet-undo-given-up = The undo waited for a mark that was not stored: it is given up.
sheet-last-row = This is the last student. Tab goes to the next column.
sheet-no-empty-cell = No cell is empty any more.
sheet-no-other-term = There is no other term that way.
sheet-unsettled = Some marks are not stored yet. Wait for their sign, or settle those marked ! or ≠, then change the term.
sheet-value-empty = empty
sheet-saved = { $student } · { $column } · { $value } saved at { $at }
sheet-replaced = { $student } · { $column } · { $value } replaces { $before } ({ $at }); u undoes it
sheet-typed-ahead = “{ $text }” typed before the sheet was there: nothing is entered.
sheet-no-such-key = “{ $text }” is not a mark. Type a number, or ? for the keys.
sheet-emptied = { $student } · { $column } · mark removed at { $at }
sheet-kept = { $student } · { $column } · { $value } kept here, will be sent by itself
sheet-kept-first = The store does not answer. Go on typing: each mark with a ~ is kept on this machine, through a power cut too, and will be sent by itself.
sheet-out-of-date = The store does not answer: this sheet is not up to date, and will be read again when it is back. Go on typing.
sheet-up-to-date = The sheet is up to date again.
sheet-kept-here = This mark is kept on this machine; it will be sent as soon as the store answers.
sheet-kept-undone = Undone: { $student } · { $column } · { $value } will not be sent
sheet-kept-sent = The store answers again: { $count ->
    [one] the mark that was kept here is saved.
   *[other] { $count } marks that were kept here are saved.
}
sheet-kept-stuck = { $count ->
    [one] A mark that was kept here could not be saved
   *[other] { $count } marks that were kept here could not be saved
}: go to the cells with ≠ or !, and choose.
sheet-kept-lost = These marks were kept on this machine, but their evaluation or student is no longer on this sheet. Enter them elsewhere, or give them up on the screen “Kept marks”:
    { $list }
sheet-step-offline = The store does not answer: only a mark that is kept here and not yet sent can be undone. { $why }
sheet-undone = Undone: { $student } · { $column } · { $before } → { $after }
sheet-redone = Redone: { $student } · { $column } · { $before } → { $after }
sheet-not-stored = { $student } · { $column }: { $why }
sheet-offline = The marks you typed stay here and will be sent by themselves. { $why }
sheet-offline-locked = Not saved yet: another program has the store. Marks with ~ stay here and go by themselves.
sheet-offline-full = Not saved yet: the disk is full. Make room; marks with ~ stay here and go by themselves.
sheet-offline-unreachable = Not saved yet: the store does not answer. Marks with ~ stay here and go by themselves.
sheet-waiting = Not saved yet:
sheet-waiting-more = … and { $count } more
sheet-quit-title = Quit carnet
sheet-quit-text = You typed “q”. Do you want to quit carnet?
sheet-key-quit = Quit carnet (asks first: “q” is near “a” on many keyboards)
sheet-several-saved = { $count ->
    [one] 1 mark saved
   *[other] { $count } marks saved
 }; replaced: { $replaced }. u undoes all of it.
sheet-paste-open = First hand in or give up the cell you are typing, then paste the lines.
sheet-cell-gone-title = A mark without a cell
sheet-cell-gone = Somebody else has just removed the column or the student. You were typing: { $text }
sheet-lost = Somebody else has removed the column or the student. These marks were not stored:
    { $list }
sheet-heading-number = No
sheet-heading-student = Student
sheet-heading-average = Avg
sheet-heading-rank = Rank
sheet-heading-band = Band
sheet-columns-seen = col. { $from } to { $to } of { $count }
sheet-about-scale = out of { $scale }
sheet-about-coefficient = coef. { $coefficient }
sheet-about-unpublished = * not shown to families
sheet-foot-entered = entered { $filled }/{ $students }
sheet-foot-figures = Avg: { $mean }  min { $min }  max { $max }  σ { $deviation }  ≥{ $pass } { $rate }%
sheet-clash-own = { $student } · { $column }: you yourself put { $theirs } there at { $at }, elsewhere, while you were writing here.
sheet-clash-theirs-own = s  Keep the stored one: { $value } (yourself, elsewhere)
sheet-clash-title = Two marks for one cell
sheet-clash = { $student } · { $column }: { $by } put { $theirs } there at { $at }, while you were writing.
sheet-clash-here = { $what } Enter to choose.
sheet-clash-theirs = s  Keep the stored one: { $value } ({ $by })
sheet-clash-mine = m  Put mine: { $value }
sheet-clash-undo = m  Undo my earlier mark all the same
sheet-clash-redo = m  Redo my mark all the same
sheet-clash-leave = Esc  Leave it for later
sheet-kept-theirs = { $student } · { $column } · { $value } is kept.
sheet-explain-title = Why this average: { $student }
sheet-delete-title = Delete the evaluation
sheet-delete-text = { $count ->
    [0] Delete “{ $title }”? It has no mark.
    [one] Delete “{ $title }” and its mark?
   *[other] Delete “{ $title }” and its { $count } marks?
} “u”, right after, brings it back.
sheet-column-saved = “{ $title }” is saved.
sheet-column-saved-outside = “{ $title }” is saved, but { $date } is not in { $term } of { $year }. Is that the right date?
sheet-column-deleted = “{ $title }” is deleted. “u” brings it back as it was.
sheet-column-back = The evaluation is back as it was.

## Mark sheet: keys
sheet-key-enter = Down (empty sheet: new evaluation; conflict: choose)
sheet-hint-enter = next
sheet-hint-enter-new = new evaluation
sheet-key-tab = Cell to the right, then the next row
sheet-hint-tab = right
sheet-key-back-tab = Cell to the left
sheet-key-type = Type a mark: 12.5 or 12,5, then Enter
sheet-key-type-top-row = The top row of French keyboards without Shift is 1 2 3 4 5 7 8 9 0, and “-” is 6 (F6 changes that)
sheet-key-abs = ABS: justified absence
sheet-hint-abs = ABS
sheet-key-absn = ABSN: unjustified absence
sheet-key-disp = DISP: exempt
sheet-hint-disp = DISP
sheet-key-nn = NN: not graded
sheet-hint-nn = NN
sheet-key-nr = NR: not handed in
sheet-key-undo = Undo your last mark or marks entered together, or the last change of an evaluation
sheet-hint-undo = undo
sheet-key-redo = Redo what was just undone
sheet-key-explain = Explain the student’s average
sheet-hint-explain = explain
sheet-key-add = New evaluation
sheet-hint-add = eval.
sheet-key-edit = Edit the cell in place
sheet-key-empty = Empty the cell
sheet-key-repeat = Repeat the last mark entered
sheet-key-next-empty = Next empty cell
sheet-key-find = To a student by the beginning of the name
sheet-key-next-match = Next student of that name
sheet-key-previous-match = Previous student of that name
sheet-key-extend = Take several cells downward (then y copies, a d n r fill, Delete empties)
sheet-key-extend-up = Take several cells upward
sheet-key-extend-right = Take several cells to the right
sheet-key-extend-left = Take several cells to the left
sheet-key-copy = Copy the cell, or the cells taken
sheet-key-copy-column = Copy the whole column
sheet-range-key-let-go = Let the taken cells go
sheet-range-hint-let-go = let go
sheet-find-key-keep = Stay on this student
sheet-find-hint-keep = stay here
sheet-find-hint-next = next
sheet-find-key-cancel = Back to where one was
sheet-find-hint-cancel = back
sheet-find = Student:
sheet-find-first = First look for a name with “/”.
sheet-find-nobody = Nobody here whose name begins with “{ $text }”.
sheet-find-no-other = Nobody else whose name begins with “{ $text }”.
sheet-nothing-to-copy = There is no cell here.
sheet-range = { $count ->
    [one] 1 cell taken
   *[other] { $count } cells taken
}: y copies, a d n r fill, Delete empties, Esc lets go.
sheet-copied = { $count ->
    [one] 1 cell copied.
   *[other] { $count } cells copied.
}
sheet-key-edit-column = Change the evaluation: kind, title, date, scale, coefficient, publication
sheet-key-delete-column = Delete the evaluation (asks first)
sheet-key-next-term = Next term
sheet-key-previous-term = Previous term
sheet-key-left = Left
sheet-key-right = Right
sheet-key-page-down = Down by a page
sheet-key-page-up = Up by a page
sheet-key-first-column = First evaluation
sheet-key-last-column = Last evaluation
sheet-key-top-row = Read the top row as digits, or not
sheet-edit-key-enter = Save and go down
sheet-edit-hint-enter = save, down
sheet-edit-key-tab = Save and go right
sheet-edit-hint-tab = right
sheet-edit-key-back-tab = Save and go left
sheet-edit-key-up = Save and go up
sheet-edit-key-left = Save and go left (after F2: back inside the cell)
sheet-edit-key-right = Save and go right (after F2: on inside the cell)
sheet-edit-key-home = To the beginning of the cell
sheet-edit-key-end = To the end of the cell
sheet-edit-key-backspace = Delete the character before
sheet-edit-key-clear = Clear all that is typed
sheet-edit-key-delete = Delete the character after
sheet-edit-key-in-place = Arrows move inside the cell
sheet-edit-key-cancel = Give up
sheet-edit-hint-cancel = give up
sheet-clash-key-theirs = Keep the stored mark
sheet-clash-hint-theirs = keep the stored one
sheet-clash-key-mine = Put mine
sheet-clash-hint-mine = put mine
sheet-clash-key-leave = Leave it for later; Enter on the cell comes back to it
sheet-clash-hint-leave = later
sheet-clash-key-choose = Choose what is marked
sheet-column-key-save = Save the evaluation
sheet-column-hint-save = save
sheet-column-key-cancel = Give up
sheet-column-hint-cancel = give up

## Mark sheet: fast entry
sheet-pad-on = Numeric pad: 125 is 12.5, 75 is 7.5, 825 is 8.25. The reading is shown before Enter.
sheet-pad-off = Ordinary typing: the decimal point is typed.
sheet-pad-reading = { $typed } is read as { $value }. Enter saves it.
sheet-title-pad = pad
sheet-across-on = Enter now goes right.
sheet-across-off = Enter now goes down.
sheet-key-pad = Numeric pad: read 125 as 12.5 (or not)
sheet-key-across = Enter goes right, or down
sheet-key-dictate = Dictation: a few letters of the name, the mark, Enter, next paper
sheet-edit-key-down = Save and go down
sheet-edit-hint-enter-right = save, go right
sheet-dictate-begun = Dictation for { $column }: type a few letters of the name, then the mark.
sheet-dictate-title = { " " }Dictation · { $column } · { $filled } marks of { $all }
sheet-dictate-name = Student:
sheet-dictate-value = Mark:
sheet-dictate-count = { $count ->
    [0] nobody
    [one] 1 student
   *[other] { $count } students: ↓ chooses
}
sheet-dictate-marked = already marked: { $value }
sheet-dictate-name-first = Type a few letters of the name first.
sheet-dictate-nobody = Nobody here is called “{ $text }”. Erase letters, or Esc to begin again.
sheet-dictate-mark = Type the mark, or a code: a ABS, A ABSN, d DISP, n NN, r NR.
sheet-dictate-again = { $student } already has { $before }. Enter once more puts { $value } in its place; Esc leaves it.
sheet-dictate-gone = The student or the column is no longer on this sheet. Nothing was entered.
sheet-dictate-all = All papers of this evaluation are marked.
sheet-dictate-key-confirm = Take the student (then mark or code); save the mark
sheet-dictate-hint-confirm = confirm
sheet-dictate-key-next = Next student of those who fit
sheet-dictate-hint-next = another one
sheet-dictate-key-previous = Previous student
sheet-dictate-key-erase = Erase the last letter or digit
sheet-dictate-key-back = Back to the name, then erase all, then leave dictation
sheet-dictate-hint-back = back
sheet-key-fill = Fill: a mark or code into the range, or into the empty cells from here down
sheet-fill-asked = Fill { $count ->
    [one] 1 cell
   *[other] { $count } cells
} with (a mark, or a A d n r):
sheet-fill-none = There is no empty cell from here down. Take cells with Shift and the arrows to replace them.
sheet-fill-key-show = Show what will change
sheet-fill-hint-show = show first
sheet-fill-key-cancel = Cancel
sheet-preview-title-paste = Paste: { $count ->
    [0] nothing changes
    [one] 1 mark changes
   *[other] { $count } marks change
}
sheet-preview-title-fill = Fill: { $count ->
    [0] nothing changes
    [one] 1 mark changes
   *[other] { $count } marks change
}
sheet-preview-counts = + new { $new } · ~ replaced { $replaced } · = unchanged { $same } · ! refused { $refused }
sheet-preview-beyond-lines = { $count ->
    [one] One more line does not fit below the last student: it is left aside.
   *[other] { $count } more lines do not fit below the last student: they are left aside.
}
sheet-preview-beyond-columns = { $count ->
    [one] One more column does not fit to the right: it is left aside.
   *[other] { $count } more columns do not fit to the right: they are left aside.
}
sheet-preview-beyond = Left aside, beyond the end of the sheet: { $lines } lines and { $columns } columns.
sheet-preview-seen = { $from } to { $to } of { $count }; ↓ PgDn for more
sheet-preview-same = { $value } is there already
sheet-preview-too-many = { $count } marks at once are too many: { $max } at most. Paste fewer at a time; nothing was entered.
sheet-preview-nothing = Nothing has changed: there was nothing to enter.
sheet-preview-entered = Entered in one step: { $count }; refused and left: { $refused }. “u” takes the whole step back.
sheet-preview-key-enter = Enter what can be entered, in one step
sheet-preview-hint-enter = enter all
sheet-preview-key-cancel = Enter nothing
sheet-preview-hint-cancel = cancel
sheet-preview-key-refused = Next refused cell
sheet-preview-hint-refused = next refused
sheet-together-undone = { $count ->
    [one] 1 mark taken back.
   *[other] { $count } marks taken back at once.
}
sheet-together-redone = { $count ->
    [one] 1 mark put back.
   *[other] { $count } marks put back at once.
}
sheet-together-left-out = { $done } { $count ->
    [one] 1 cell stayed as it was
   *[other] { $count } cells stayed as they were
}: { $why }
sheet-together-refused = None of the { $count } marks is saved. { $why }
sheet-preview-blank = nothing pasted: unchanged
sheet-preview-clash = two marks wait for a choice
sheet-preview-left = no longer in the class
sheet-preview-gone = no longer on the sheet
sheet-preview-above = above the scale of { $scale }
sheet-preview-negative = negative
sheet-preview-too-precise = more than two decimals
sheet-preview-other-scale = not out of { $scale }
sheet-preview-digits = more than four digits
sheet-preview-not-a-mark = neither a number nor a code
sheet-key-order = Order of the students: by name, by rank, by number on the class list
sheet-key-foot = Foot of the sheet: figures of the evaluation, or of the averages
sheet-key-move-left = Move the evaluation to the left
sheet-key-move-right = Move the evaluation to the right
sheet-order-name = Students by name.
sheet-order-rank = Students by rank, as it is now: rows do not move while marks are typed.
sheet-order-call = Students by number on the class list; those without one come last.
sheet-foot-of-column = The foot shows the evaluation under the cursor, in points of its scale.
sheet-foot-of-averages = The foot shows the averages.
sheet-foot-column = { $title }: { $mean }  min { $min }  max { $max }  σ { $deviation }  ≥{ $pass } { $rate }%
sheet-move-edge = The evaluation is at the edge of the sheet already.
sheet-column-moved = The evaluation is moved. “u” puts it back.
sheet-averages-moved = { $count ->
    [one] 1 average has changed
   *[other] { $count } averages have changed
}
sheet-marks-above-title = Scale refused
sheet-key-hide = Hide the evaluation (it still counts in the average)
sheet-key-show = Show all hidden evaluations again
sheet-key-freeze = Freeze the evaluation beside the names, or let it scroll
sheet-hide-last = It is the only evaluation that is shown: it stays.
sheet-hidden = { $count ->
    [one] 1 evaluation hidden; it still counts. “W” shows it.
   *[other] { $count } evaluations hidden; they still count. “W” shows them.
}
sheet-all-shown = All evaluations are shown.
sheet-none-hidden = No evaluation is hidden.
sheet-frozen = The evaluation stays beside the names. “Z” lets it scroll again.
sheet-scrolls = The evaluation scrolls again.
sheet-about-frozen = frozen
sheet-about-hidden = { $count ->
    [one] 1 hidden
   *[other] { $count } hidden
}

## Evaluation
field-published = Published
evaluation-published-yes = yes
evaluation-published-no = no
evaluation-help-date = day/month/year; empty if it is not set
evaluation-help-scale = number of points: 20, 40, 7.5
evaluation-help-coefficient = 0 to 100; 0 leaves it out of the average
evaluation-help-published = families see the column
evaluation-new-title = New evaluation
evaluation-edit-title = Evaluation

## An average explained
explain-none = Nothing counts yet: no average (never zero).
explain-exact = Exactly: { $exact }
explain-not-rounded = Average: { $printed } (no rounding)
explain-rounded-up = Average: { $printed } (rounded to the nearest hundredth, up)
explain-rounded-down = Average: { $printed } (rounded to the nearest hundredth, down)
explain-scales-twenty = Each mark is first brought to /20, then counted by its coefficient.
explain-scales-weight = Each mark weighs its coefficient times its scale.
explain-rules = Rules: { $name }, version { $version }
explain-part-all = All marks
explain-part-class = Class marks (MC)
explain-part-composition = Composition (NC)
explain-part = { $part }: { $mean }
explain-part-none = { $part }: nothing counts
explain-counts = out of 20: { $points }   weight { $weight }
explain-zero = { $code }: counts as zero, by rule   weight { $weight }
explain-left-empty = not entered yet: left out
explain-left-code = { $code }: left out
explain-left-coefficient = coefficient 0: left out
explain-how-nothing = No average
explain-how-mean = Mean of all marks, by their weight
explain-how-only = The other part is missing: { $part } stands alone, by rule
explain-how-zero = { $part } is missing and counts as zero, by rule
explain-how-weighted = Average = { $formula }
explain-mc = MC
explain-nc = NC
explain-key-close = close
explain-hint-down = down
explain-general-parts = Averages of the subjects, by their coefficient
explain-general-part = { $average } × { $coefficient } → { $points }
explain-general-sum = Sum of the points: { $points }, divided by { $weights } (sum of the coefficients)
explain-general-printed = The averages of subjects count as printed, to the hundredth.
explain-general-exact = The averages of subjects count exactly, unrounded.

## Choosing a sheet
picker-title = Mark sheets
menu-sheets = Mark sheets
menu-sheets-about = Enter a class’s marks, see averages and ranks
menu-sheets-about-look = See marks, averages and ranks
picker-mine = My sheets · { $term }
picker-class = Class · { $term }
picker-subject = { $class } · subject · { $term }
picker-find = Find
picker-empty = No sheet is yours. Ask the administrator to assign you a class and a subject.
picker-empty-school = The school has no class or no subject yet. Add them first.
picker-none-found = Nothing fits “{ $text }”. Delete a few letters.
picker-key-open = Open
picker-key-clear = Delete what is typed, go back to the classes, or close
picker-hint-clear = back
picker-key-next-term = Next term
picker-hint-term = term
picker-key-previous-term = Previous term
## Set-up lists
list-key-add = Add
list-hint-add = add
list-key-edit = Change
list-hint-edit = change
list-key-remove = Remove (asks first)
list-hint-remove = remove
list-key-undo = Undo the last change made here (of an account: its removal)
list-hint-undo = undo
list-key-find = Find in the list
list-hint-find = find
list-key-refresh = Read the list again
list-find-keep = keep
list-find-forget = show all
list-form-cancel = give up
list-busy = A change is on its way; wait for its answer.
list-nothing-here = No line is chosen.
list-nothing-to-undo = There is nothing to take back here.
list-undone = Taken back: everything is as before.
list-reading = Reading…
list-count = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
list-found = { $count } of { $total }
list-find = Find
list-help-choice = ← → changes; type a few letters to find.
list-abandon = What you typed will be lost. Give up anyway?

## Classes
classes-title = Classes
menu-classes-about = Names, levels and series
classes-new = New class
classes-change = Change the class
classes-empty = There is no class yet: a adds one.
classes-saved = The class is saved.
classes-removed = The class is removed; u brings it back.
classes-remove = Remove the class
classes-ask-remove = Remove the class { $name }? A class with students or marks cannot be removed.
classes-help-name = For example 10e A, 11e S 2, TSE.
classes-help-level = For example 10e, 11e, Terminale; coefficients may depend on it.
classes-help-series = For example TSE or TLL; empty if there is none.

## Subjects
subjects-title = Subjects
menu-subjects-about = Names, short names and coefficients
subjects-new = New subject
subjects-change = Change the subject
subjects-empty = There is no subject yet: a adds one.
subjects-saved = The subject is saved; averages follow.
subjects-removed = The subject is removed; u brings it back.
subjects-remove = Remove the subject
subjects-ask-remove = Remove the subject { $name }? A subject with evaluations or a teacher cannot be removed.
subjects-about = “sample”: coefficient to be confirmed by the school
subjects-column-position = No
subjects-column-coefficient = Coef
subjects-column-others = By level or series
subjects-column-sample = Check
subjects-sample = sample
subjects-help-short = For narrow columns, for example MATH.
subjects-help-coefficient = 0 to 100; 0 leaves the subject out of the general average.
subjects-help-others = Example: Terminale/TSE=5, */TLL=2, 10e=3. Optional.
subjects-help-position = Its place in lists and on report cards.

## Teaching assignments
assignments-title = Assignments
menu-assignments-about = Who teaches what, in which class
assignments-new = Give a subject to a teacher
assignments-empty = No subject is given to a teacher yet: a gives one.
assignments-saved = The subject is given; u takes it back.
assignments-already = Already assigned to { $teacher }: { $subject }, { $class }. Nothing has changed.
assignments-removed = The subject is taken away; u gives it back.
assignments-remove = Take the subject away
assignments-ask-remove = { $teacher } will no longer have { $subject } in { $class }. Marks stay. Continue?
assignments-fixed = This line cannot be changed: remove it (d) and add another (a).
assignments-no-teacher = There is no teacher’s account: make one under “Accounts”.

## Accounts
users-title = Accounts
menu-users-about = Who logs in, in which role
users-new = New account
users-change = Change the account
users-empty = There is no account yet: a adds one.
users-saved = The account is saved.
users-removed = The account is removed; u brings it back.
users-remove = Remove the account
users-ask-remove = Remove the account of { $name } ({ $username })? Its sessions end at once; what it entered stays.
users-column-username = Account
users-column-state = State
users-column-links = Linked students
users-open = open
users-closed = closed
users-link-gone = { $name } (deleted)
users-state-open = Open: may log in
users-state-closed = Closed: may not log in
users-field-state = State
users-field-link = Student to link
users-help-username = 2 to 32 lower-case letters, digits, full stop, hyphen.
users-help-state = Closing an account ends its sessions; nothing is erased.
users-help-password-made = Empty: carnet makes one and shows it once.
users-help-password-keep = Empty: the password stays the same.
users-help-link = Type a name or number; Enter links, Backspace unlinks.
users-links = Linked students: { $names }
users-no-links = No linked student (for a student’s or parent’s account).
users-first-password-title = Password to copy down
users-first-password = Account: { $username }
    Password: { $password }

    Copy it now: it will not be shown again. It must be changed at the first login.

## My marks
my-title = My marks
menu-my-marks = My children’s marks
menu-my-marks-about = What families see
my-key-next-term = Next term
my-hint-term = term
my-key-previous-term = Previous term
my-key-child = Next child
my-hint-child = child
my-hint-logout = log out
my-one-child = This account is linked to one student only.
my-first-term = This is the first term.
my-last-term = This is the last term.
my-hint-password = password
my-nothing = No published mark for this term.
my-coefficient = coef { $weight }
my-children = Child { $place } of { $count } (Tab: the next one)
my-general = General average: { $average }
my-place = Rank: { $place }
my-no-place = The rank comes when all marks are published.
my-year = Average of the year: { $average }

## Evaluations of a sheet
menu-evaluations = Evaluations
menu-evaluations-about = Title, date, scale, coefficient
evaluations-heading-coefficient = Coef
evaluations-heading-marks = Marks
evaluations-nothing-to-undo = Nothing to undo here: no change of the columns is yours, or somebody has made one since.
evaluations-key-edit = Change the evaluation
evaluations-hint-edit = change
evaluations-key-add = New evaluation
evaluations-hint-add = add
evaluations-key-delete = Delete the evaluation (asks first)
evaluations-hint-delete = delete
evaluations-key-undo = Undo your last change of an evaluation
evaluations-hint-undo = undo
evaluations-key-sheet = Open the mark sheet
evaluations-hint-sheet = marks
## Statistics
stats-title = Statistics
menu-stats-about = Classes, subjects, distribution, the best
stats-key-open = See the students of the class or bar
stats-hint-open = students
stats-key-class = Choose the class
stats-hint-class = class
stats-key-subject = Choose the subject
stats-hint-subject = subject
stats-key-term = Choose the term
stats-hint-term = term
stats-key-panel = From the figures to the best students, then to the subjects, and back
stats-hint-panel = other view
stats-key-more = Show more students
stats-key-fewer = Show fewer students
stats-key-ties = With or without those who tie with the last
stats-key-down = Next line
stats-key-up = Previous line
stats-key-right = Next bar
stats-key-left = Previous bar
stats-pick-take = choose
stats-pick-close = close
stats-whole-school = The whole school
stats-general = General average
stats-last-term = Last term with marks
stats-last-term-is = Last term with marks ({ $term })
stats-by-class = Average by class
stats-trend = From term to term: { $subject }
stats-by-subject = Subjects side by side · { $term }
stats-distribution = Distribution of averages
stats-bin = From { $from } to { $to }: { $count ->
    [one] { $count } student
   *[other] { $count } students
}
stats-best = The best { $count }
stats-with-ties = with those who tie with the last
stats-without-ties = without those who tie with the last
stats-count = Students with an average
stats-without = Without an average
stats-mean = Mean
stats-median = Median
stats-deviation = Standard deviation
stats-range = From – to
stats-pass-rate = Pass rate
stats-below = Below 10
stats-percent = { $number }%
stats-nothing = No average here yet.
stats-no-class = No class is given to you.
stats-not-listed = The list of students knows only the general average of the current term.
stats-only-best = This key is for the best students (Tab).
stats-best-general = The best are ranked by general average.

## Importing students
import-title = Import students
menu-import-about = Students and marks, from a CSV file
import-key-open = Read the file, or open the folder
import-hint-open = open
import-key-complete = Complete the path
import-hint-complete = complete
import-key-use = Say what the column is for
import-hint-use = column
import-key-plan = See what would be done, changing nothing
import-hint-plan = plan
import-key-fill = Fill or not what is missing
import-hint-fill = fill
import-key-source = Name of the source
import-key-drop = Do not read the column
import-key-other-file = Choose another file
import-hint-back = back
import-key-commit = Import what is planned (asks first)
import-hint-commit = import
import-pick-down = Down; letters find by name
import-key-fate = Rows of the next outcome
import-hint-fate = rows
import-key-fate-back = Rows of the outcome before
import-key-columns = Back to the columns
import-key-students = See the students
import-hint-students = students
import-key-undo = Take the whole import back
import-key-again = Import another file
import-hint-again = another file
import-which-file = Which file? A CSV table, one row a student.
import-no-path = Type the path of the file.
import-not-found = { $path } does not exist. Check the path.
import-denied = You may not read { $path }. Change its permissions or copy it elsewhere.
import-not-a-file = { $path } is not a file. Choose a CSV file.
import-unreadable = { $path } cannot be read. Check the disk, then try again.
import-about = { $count ->
    [one] { $rows } student
   *[other] { $rows } students
} · separator: { $delimiter } · { $encoding }
import-semicolon = semicolon
import-comma = comma
import-tab = tab
import-fill-on = What is missing is filled (identity: “{ $source }:row”).  f: do not fill.
import-fill-off = Each row needs a matricule or a phone (f: fill what is missing).
import-column = Column
import-examples = Examples
import-use = Used as
import-use-nothing = — not read
import-use-mark = Mark: { $subject } { $term }
import-pick-title = What is “{ $column }”?
import-pick-none = Nothing fits. For a subject that the school does not have yet, close and press f (Fill what is missing).
import-source-help = Rows without matricule or phone are known by this name and their number: keep it from one time to the next.
import-planning = The plan is being made…
import-nothing-mapped = No column is read: choose at least one (Enter).
import-fate-all = All
import-fate-create = to create
import-fate-update = to change
import-fate-unchanged = unchanged
import-fate-refuse = refused
import-new-classes = New classes: { $names }
import-new-subjects = New subjects: { $names }
import-working = Importing…
import-no-rows = No such row.
import-refused-row = { $column }: { $why }
import-change = { $name }: { $old } → { $new }
import-nothing-to-do = There is nothing to import in this plan.
import-ask-title = Import
import-ask-all = { $create } to create, { $update } to change. Import now? All of it can be taken back afterwards.
import-ask-good = { $create } to create, { $update } to change; { $refused } refused, left aside. Import the good rows?
import-done = The import is done.
import-stopped = The import stopped on its way: what is counted here is saved, the rest is not. Read the same file again for the rest.
import-undone = The whole import is taken back: nothing of it is left.
import-done-create = Students created
import-done-update = Students changed
import-done-unchanged = Students unchanged
import-done-refuse = Rows refused
import-row-says = Row { $row }: { $what }

## Database server
server-address = The address of the MongoDB server (store.uri) is no address. Expected: mongodb://USER:PASSWORD@HOST:27017/?replicaSet=rs0; write : / ? # [ ] @ % in a password as %3A, %2F…
server-unknown-host = No machine is called { $host }. Check store.uri, then the network.
server-closed = No MongoDB server listens on { $host }. Start it (systemctl start mongod), or correct store.uri. carnet keeps trying.
server-silent = { $host } does not answer. Check that the MongoDB server runs and that the firewall lets it through. carnet keeps trying.
server-wants-tls = { $host } closed the connection at once: it probably wants TLS. Add tls=true to store.uri (and tlsCAFile=… if its certificate is your own).
server-tls = No trusted TLS connection with { $host } ({ $why }). Check the host name and tlsCAFile in store.uri, or the server’s certificate.
server-standalone = The MongoDB server { $host } stands alone, without transactions. Make it a replica set of one node: add “replication: {"{"} replSetName: rs0 {"}"}” to mongod.conf (or --replSet rs0), restart it, then type rs.initiate() once in mongosh.
server-not-initiated = The MongoDB server { $host } waits to be initiated. Type rs.initiate() once in mongosh on that machine; carnet then goes on by itself.
server-other-set = The replica set of { $host } is called “{ $found }”. Correct replicaSet= in store.uri.
server-no-primary = No MongoDB server takes writes just now: an election is under way, or most servers are down. carnet keeps trying; if it lasts, look at rs.status() in mongosh.
server-members = The servers of the replica set call each other { $names }, and these names lead nowhere from this machine. Put them into DNS or /etc/hosts, or change them by rs.reconfig() in mongosh.
server-old = The MongoDB server { $host } is too old: version 5 or later is needed.
server-credentials = The MongoDB server refuses the account or its password. Correct them in store.uri (or in the file of store.uri_file); if the account belongs to another database, add authSource=admin.
server-not-allowed = The MongoDB account has no rights on the database { $database }. Give it the role readWrite: db.grantRolesToUser("USER", [{"{"} role: "readWrite", db: "{ $database }" {"}"}]) in mongosh.
server-strange = The database { $database } holds data that carnet did not write. Choose another name (store.database).
## The audit trail
audit-title = History
audit-about = Who did what, and when
audit-by = By
audit-action = Action
audit-stream = Chain
audit-seq = No.
audit-target = About
audit-old = Before
audit-new = After
audit-reason = Reason
audit-fault = Fault
audit-reading = Reading the history…
audit-verifying = Checking the history…
audit-whole = The history is whole: { $entries } entries in { $streams } chains, compared with { $anchors } marks kept outside the store.
audit-not-whole = The history is not intact ({ $count })
audit-altered = Chain { $stream }, entry no. { $seq }: it was changed, or was not written by this installation.
audit-missing = Chain { $stream }: entries are missing from no. { $seq } on.
audit-cut = Chain { $stream }: its end was removed, from no. { $seq } on.
audit-replaced = Chain { $stream }, entry no. { $seq }: another one stood there before.
audit-behind = Chain { $stream }: its end, as the store keeps it, was set back before no. { $seq }.
audit-short-altered = changed, or not written by this installation
audit-short-missing = entries are missing from this number on
audit-short-cut = the end was removed, from this number on
audit-short-replaced = another one stood there before
audit-short-behind = the end that the store keeps was set back before it
audit-short-anchor = marks kept outside the store: line changed
audit-anchor = Marks kept outside the store, line { $seq }: it was changed.
audit-key-show = Show the whole entry
audit-hint-show = details
audit-key-verify = Check that the history is intact
audit-hint-verify = check
cli-cmd-audit = History: who did what
cli-cmd-audit-list = Lists entries, newest first
cli-cmd-audit-verify = Checks that the history is intact, also by what is kept outside the store
cli-arg-stream = Only this chain (a sheet’s id, students, users, setup)
cli-arg-audit-student = Only this student (matricule)
cli-arg-audit-user = Only this account

## How far the marks are entered
completion-title = Progress
completion-about = Marks entered and missing, by class
completion-heading = Marks entered · { $term } · ✓ complete  — no evaluation  ■ closed
completion-reading = Counting the marks…
completion-empty = No sheet to show: no class, or no subject with a coefficient.
completion-full = ✓
completion-closed = { $said } ■
completion-no-sheet = This class does not have this subject.
completion-told = { $sheet }: { $entered }/{ $all }, { $missing } missing ({ $title }: { $behind }/{ $students }).
completion-told-full = { $sheet }: all { $all } marks are entered.
completion-told-nothing = { $sheet }: no evaluation.
completion-told-none = { $sheet }: the class does not have this subject.
completion-whole = In all: { $entered } marks of { $all }; sheets without an evaluation: { $without }.
completion-key-open = Open the sheet
completion-hint-open = sheet
completion-key-next-term = Next term
completion-key-previous-term = Previous term
completion-hint-term = term
completion-key-missing = Go to the next sheet where marks are missing
completion-hint-missing = missing
home-mine = My classes · { $term }
home-mine-progress = { $title }: { $entered }/{ $students }
home-mine-full = complete: { $students }/{ $students }
home-mine-nothing = no evaluation
home-mine-closed = closed
cli-cmd-stats-completion = Marks entered and missing, by class, subject and term
cli-col-columns = Evaluations
cli-col-entered = Entered
cli-col-missing = Missing
cli-col-closed = Closed
## Redis: what is the matter
redis-unknown-host = No machine has that name. Check cache.uri, then the network.
redis-closed = Nothing listens at that address. Start Redis (systemctl start redis), or correct cache.uri.
redis-silent = No answer in time. Check that the server runs (redis-cli ping), that it is not overloaded and that the firewall lets it through.
redis-slow = It answers, but too slowly to serve as a cache. Bring it nearer to carnet, or see what keeps it busy (redis-cli --latency, SLOWLOG GET).
redis-cut = The server closed the connection. If it wants TLS, write rediss:// in cache.uri; otherwise look into its log.
redis-tls = No trusted TLS connection ({ $why }). Check the host name and tlsCAFile in cache.uri, or the server’s certificate.
redis-no-password = It wants a password, and cache.uri has none. Write it like this: redis://:PASSWORD@HOST:6379 (or redis://USER:PASSWORD@…).
redis-password = It refuses the account or the password. Correct them in cache.uri (or in the file of cache.uri_file).
redis-not-allowed = The account may not do all that a cache needs (answer: { $said }). Grant it by ACL SETUSER, as docs/operations.md explains.
redis-full = Its memory is full, and it may not forget anything. Raise maxmemory, or choose maxmemory-policy allkeys-lru.
redis-read-only = It is a read-only replica. Put the address of the master into cache.uri, or those of the Sentinels (redis-sentinel://…).
redis-not-saved = It can no longer save to its disk and therefore takes no writes. Make room on that disk, then look into its log.
redis-no-replicas = Too few replicas follow it (min-replicas-to-write), and it therefore takes no writes. Start the replicas again, or see INFO replication.
redis-busy = It is reading its data again or runs a long script. Wait a little.
redis-cluster-down = A part of the cluster has no server just now. See redis-cli cluster info and start the missing node again.
redis-no-cluster = This server is no part of a cluster. Write redis:// in cache.uri, without -cluster.
redis-no-sentinel = No Sentinel answers. Check the addresses of cache.uri (port 26379) and that the Sentinels run.
redis-no-master = The Sentinels give no master that can be used. Check sentinelServiceName in cache.uri; if a failover is under way, wait a few seconds.
redis-strange = Unexpected answer: { $said }. Check cache.uri and the log of Redis.
## Rules

field-reason = Reason
field-class-weight = Weight of class marks
field-composition-weight = Weight of the examination
field-formula = Subject average
field-missing-part = If a part is missing
field-cycles = Other cycles
field-scales = Different scales
field-unjustified = Unjustified absence
field-not-handed-in = Work not handed in
field-general = General average
field-rounding = Rounding
field-ranking = Tied ranks
field-bands = Words
field-annual-weights = Weights of terms
field-pass-mark = Pass mark
field-phone-required = Phone
field-praise = Honours
field-sanctions = Sanctions
field-conduct-blocks = Sanction for conduct
field-decisions = Council decision
field-exams = Examinations
field-families = Families see
why-rules-moved = Somebody has put other rules into force meanwhile: { $name }, version { $version }. Read them, then start again.
why-stopped = Stopped as you asked: the rules of before are in force again.
why-gaps = { $count ->
    [one] Something is missing in one class. Look at the list, complete it, or close anyway.
   *[other] Something is missing in { $count } classes. Look at the list, complete it, or close anyway.
}
rules-fault-weights = Class marks and examination both weigh nothing: give at least one of them a weight.
rules-fault-weights-cycle = Cycle “{ $cycle }”: class marks and examination both weigh nothing. Give at least one of them a weight.
rules-fault-annual = The weights of the terms make no average: one for each term (six at most), and at least one of them not zero.
rules-fault-level-twice = The level “{ $level }” is named twice: leave it in one place only.
rules-fault-cycle-empty = The cycle “{ $cycle }” has no levels: name one, or remove the cycle.
rules-fault-no-bands = There are no words: write one that begins at 0.
rules-fault-bands-start = The first word must begin at 0, or the lowest averages have none.
rules-fault-bands-order = The word “{ $label }” does not begin above the one before it: put them in rising order.
rules-fault-word-twice = “{ $label }” is written twice: keep one.
rules-fault-praise = “{ $praise }” begins below where “{ $sanction }” ends: one average would have both.
rules-fault-loop = Passing goes around in a circle: from “{ $level }” one comes back to “{ $level }”. Correct the next level.
rules-fault-exam-bounds = Examination “{ $exam }”: the second chance must not begin above the pass mark, which cannot be zero.
rules-fault-exam-weights = Examination “{ $exam }”: both weights of the second chance are zero.
rules-fault-pass-zero = A pass mark of zero would let everybody pass: give another.
rules-fault-too-long = A list has more than forty lines: shorten it.
rules-formula-mean = mean of all marks, by their weight
rules-formula-parts = class marks and examination
rules-missing-other = the other part stands alone
rules-missing-zero = it counts as zero
rules-scales-twenty = each mark brought to 20
rules-scales-weight = each mark weighs its scale
rules-counts-left-out = left out
rules-counts-zero = counts as zero
rules-general-printed = from printed averages
rules-general-exact = from exact fractions
rules-rounding-hundredth = to the nearest hundredth
rules-rounding-down = to the hundredth, rest dropped
rules-rounding-tenth = to the nearest tenth
rules-ranking-competition = 1, 1, 3
rules-ranking-dense = 1, 1, 2
rules-families-at-once = each mark at once
rules-families-published = published evaluations
rules-families-closed = the marks of closed terms
explain-year-parts = Averages of the terms, by their weight
explain-year-part = { $average } × { $weight } → { $points }
explain-year-missing = no average: left out, never zero
explain-year-weightless = weight 0: left out
explain-year-sum = Sum of points: { $points }, divided by { $weights } (sum of weights)
explain-year-without = The annual average is made without { $terms }.
explain-closed = Term closed: rules and coefficients of then.
explain-partial = You do not see every subject: the sum cannot be done again here.
explain-rounded-dropped = Average: { $printed } (what follows the hundredth is dropped)
explain-rounded-tenth = Average: { $printed } (rounded to the nearest tenth)
explain-band = Word: { $word }
explain-honour = Proposed to the council: { $word }
explain-decision = Proposed to the council: { $word }
decision-pass = passes
decision-pass-into = passes into { $level }
decision-repeat = repeats the year
decision-exclude = excluded (has repeated already)
explain-title-subject = { $subject } · { $term }: { $student }
explain-title-general = General average { $term }: { $student }
explain-title-year = Annual average { $year }: { $student }
cli-cmd-rules = The school’s rules: averages, ranks, words, decisions
cli-cmd-rules-list = Lists the versions of the rules
cli-cmd-rules-show = Shows rules; with --format json, to edit them
cli-cmd-rules-edit = Saves rules read from a JSON file
cli-cmd-rules-use = Puts other rules into force
cli-cmd-explain = Explains an average down to its fraction
cli-cmd-terms-status = Tells what is closed and what is missing
cli-cmd-terms-close = Closes a term
cli-cmd-terms-reopen = Opens a closed term again
cli-arg-rules-id = Rules: mali:1, or mali, france for a preset
cli-arg-term-or-year = Term, or year for the whole year
cli-arg-anyway = Closes even if something is missing
cli-arg-why-reopen = Reason, kept in the history
cli-col-rules = Rules
cli-col-in-force = In force
cli-col-by = By
cli-col-closed-terms = Closings
cli-col-before = Before
cli-col-after = After
cli-col-state = State
cli-col-lacking = Missing
cli-rules-unknown = No rules “{ $id }”. The list: carnet rules list
cli-rules-unreadable = These rules cannot be read, line { $line }, column { $column }: { $why }
cli-rules-same = Nothing to change: { $id } are these rules, in force already.
cli-rules-saved = The rules { $id } are in force. Students made anew: { $students }. To go back: carnet undo { $act }
cli-explain-year-subject = The average of the year is general: leave --subject out.
rules-name = Rules
rules-for-conduct = { " " }(also for conduct)
rules-conduct-blocks = stands in the way of honours
rules-conduct-free = does not stand in the way of honours
rules-phone-required = required
rules-phone-free = optional
rules-all-levels = All levels
rules-decision = { $level }: passes at { $pass }, repeats allowed: { $repeats }
rules-exam = { $exam }: admitted at { $pass }; from { $from }, ({ $exam_weight } × exam + { $class_weight } × class) must make { $second }
rules-no-averages = No average changes: only words, ranks or decisions are others.
rules-averages = { $count ->
    [one] The averages of one student will be made anew; those of closed terms stay.
   *[other] The averages of { $students } students will be made anew; those of closed terms stay.
}
rules-example-student = Example: { $student }
rules-example-general = General average
rules-example-year = Average of the year
closing-gap-columns = { $subject }: no evaluation
closing-gap-composition = { $subject }: no examination
closing-gap-empty = { $subject }: { $count ->
    [one] 1 mark of { $of } is missing
   *[other] { $cells } marks of { $of } are missing
}
closing-already-closed = { $term } had been closed already.
closing-closed = { $count ->
    [one] { $term } is closed for one class ({ $students ->
        [one] { $students } student
       *[other] { $students } students
    }).
   *[other] { $term } is closed for { $count } classes ({ $students ->
        [one] { $students } student
       *[other] { $students } students
    }).
}
closing-already-open = The term was not closed for this class.
closing-reopened = { $count ->
    [one] The term is open again for this class; the averages of one student follow the rules in force again.
   *[other] The term is open again for this class; the averages of { $students } students follow the rules in force again.
}
student-card-key-explain-year = Explain the average of the year
rules-title = Rules
rules-about = Averages, ranks, words, decisions
rules-about-look = How averages are made
rules-reading = Reading the rules…
rules-versions = Versions, the newest first
rules-in-force = in force
rules-in-force-already = These rules are in force already.
rules-closed-by = closings: { $count }
rules-key-edit = Change these rules: a new version
rules-hint-edit = change
rules-key-use = Put this version into force
rules-hint-use = in force
rules-key-preset = Start from a preset: Mali or France
rules-hint-preset = preset
rules-key-show-down = More of these rules
rules-key-show-up = The beginning of these rules
rules-hint-show = more
rules-key-save = See what would change, then save
rules-hint-save = save
rules-key-leave = Go back without saving
rules-hint-leave = back
rules-key-stop = Stop: the rules of before come back
rules-hint-stop = stop
rules-stopping = Stopping: the rules of before come back…
rules-leave-title = Go back?
rules-leave-text = The changed rules are not saved. Go back without keeping them?
rules-preset-title = Start from a preset
rules-preset-text = The rules of the school will be those of the preset, as a new version. Its cycles and examinations are samples to be checked.
rules-preset-mali = Mali: class marks and examination
rules-preset-france = France: mean of all marks
rules-force-title = Put these rules into force?
rules-force-text = Another version can be chosen again later.
rules-same = Nothing to change: { $rules } are these rules.
rules-saved = { $rules } in force. Students made anew: { $students }.
rules-work = Averages are being made anew
rules-work-about = Everybody can go on working. Esc stops it, and the rules of before come back.
rules-example = Examples: now → by these rules
rules-example-wait = Examples: a value cannot be read yet
rules-golden-both = Class 16.50 and examination 38/40
rules-golden-class = Class 16.50, no examination
rules-golden-scales = 18/20, 3/10 and 1/5
rules-golden-unjustified = 12/20 and an unjustified absence
rules-golden-year = Year: T1 12, T2 without average, T3 15
rules-help-name = The next versions carry this name and a number.
rules-help-weight = A whole number; 0 does not count.
rules-help-cycles = Name class:examination = levels, between commas; “!” if a missing part counts as zero. Example: First cycle 1:1 = Year 1, Year 2
rules-help-annual = One weight a term: 1, 1, 1
rules-help-pass = Average from which one passes, in statistics.
rules-help-bands = Average and word, between “;”: 0 Poor; 10 Fair
rules-help-praise = From: 12 Honour roll; 14 Encouragement
rules-help-sanctions = Below: 8 Warning; 6 Reprimand * (a star: also for conduct)
rules-help-decisions = Level (*: all), average, repeats allowed, > next level: * 10 1; 10e 10 1 > 11e
rules-help-exams = Examination, pass mark, second chance from, weights exam:class, its mean: BAC 10 9 3:1 10
closing-title = Closing of terms
closing-about = See what is missing, close, reopen
closing-about-look = See what is missing and what is closed
closing-key-close = Close the term for this class
closing-hint-close = close
closing-key-close-all = Close the term for all classes
closing-hint-close-all = all
closing-key-reopen = Open the term again for this class
closing-hint-reopen = reopen
closing-key-next = Next term
closing-key-previous = Previous term
closing-hint-term = term
closing-no-class = There is no class yet.
closing-is-closed = This class is closed already; o opens it again.
closing-all-closed = All classes are closed.
closing-help-reason = Kept in the history: who, when, why.
closing-reason-title = Why reopen?
closing-sure-title = Close?
closing-sure-one = { $term } of { $class }: marks can no longer change, averages and ranks are kept; families then see all marks.
closing-sure-all = { $count ->
    [one] { $term }, one class: marks can no longer change, averages and ranks are kept; families then see all marks.
   *[other] { $term }, { $count } classes: marks can no longer change, averages and ranks are kept; families then see all marks.
}
closing-missing = Missing:
closing-nothing-missing = Nothing is missing.
closing-more = … and { $count } more
closing-heading = { $term } · classes closed: { $count }
closing-work = Closing: { $done } / { $total } classes
closing-reading = Reading the classes…
closing-by = Closed on { $when } by { $who }, rules { $rules }.
closing-students = { $count ->
    [one] one student
   *[other] { $count } students
}
closing-row-closed = closed on { $when }
closing-row-ready = open, nothing is missing
closing-row-gaps = { $count ->
    [one] open, one thing is missing
   *[other] open, { $count } things are missing
}

## The time machine
machine-title = Time machine
machine-heading = { $sheet } · on { $at }
machine-heading-now = { $sheet } · now
machine-reading = Reading the history…
machine-changes = { $count ->
    [one] One change since then in the class (rules and coefficients of today)
   *[other] { $count } changes since then in the class (rules and coefficients of today)
}
machine-no-changes = Nothing has changed since. The left arrow goes back by one change.
machine-col-average = Average
machine-col-general = General
machine-moved = What has changed since for { $student }
machine-unmoved = Nothing.
machine-more = … and { $count } more.
machine-key-earlier = Before the previous change
machine-hint-earlier = before
machine-key-later = After the next change
machine-hint-later = after
machine-key-date = Choose a date and a time
machine-hint-date = date
machine-key-now = Back to now
machine-hint-now = now
machine-key-explain = Explain the average of then
machine-explain-title = { $student } · average on { $at }
machine-nothing-earlier = Nothing was changed before.
machine-nothing-later = Nothing was changed after.
machine-nobody = This class has no students.
machine-date-title = At which moment?
machine-date-example = 20/11/2026 10:42, or 20/11/2026 for the end of the day
machine-date-key-take = Go there
machine-date-hint-take = go there
machine-no-moment = This is no moment. Write for example 20/11/2026 10:42.
sheet-key-history = History of the mark
sheet-key-machine = Time machine
sheet-history-title = { $student } · { $evaluation } · history
sheet-history-none = This mark has never been changed.
sheet-history-nowhere = There is no mark here.
change-mark-set = mark
change-mark-undo = undone
change-mark-redo = redone
change-mark-import = import
change-mark-restore = brought back
change-evaluation-save = evaluation
change-evaluation-delete = evaluation deleted
change-evaluation-move = evaluation moved
change-evaluation-restore = evaluation brought back
change-sheet-close = closing
change-sheet-reopen = reopening
change-column-unpublished = { $column } (not published)
change-column = { $title } /{ $scale } coef. { $coefficient }
marks-then = { $name } then
marks-now = { $name } now
cli-col-general = General
cli-cmd-marks-compare = Averages and ranks of a sheet at a past moment, and now
cli-cmd-marks-changes = What has changed in a class since a moment
cli-arg-at = The sheet as it stood at that moment, for example “20/11/2026 10:42”
cli-arg-since = The moment, for example “20/11/2026 10:42”
cli-arg-at-student = Matricule of a single student
## Set-up: years, levels, options
field-head-teacher = Head teacher
field-capacity = Places
field-subject-kind = Kind
field-optional = For whom
field-starts = Arrived on
field-quartier = Quarter
field-commune = Municipality
field-language = Language
subject-kind-main = main
subject-kind-complementary = complementary
division-trimesters = trimesters
division-semesters = semesters
why-not-listed = The school’s levels and series have no { $what }. Add it to “Levels and series” first.
why-term-dates = The dates of each term follow those of the one before, and lie within the school year (1 August to 31 August).
why-not-in-year = That day is not in the school year that runs.
why-current-year = This is the year that runs: it cannot be deleted.
why-no-option = The subject { $what } is for the whole class and no option. It becomes one under “Subjects”.
why-not-in-option = This student does not take this option. Enrol them under “Options” first.
why-needed-classes = { $count ->
    [one] One class still depends on it.
   *[other] { $count } classes still depend on it.
 } Change it under “Classes” first.
why-needed-coefficients = { $count ->
    [one] One coefficient is still given for it.
   *[other] { $count } coefficients are still given for it.
 } Change the subjects first.
list-key-fill = Add what is usual and missing
list-hint-fill = propose
list-filled = Added; u takes it away.
list-filled-nothing = Nothing that is usual is missing.
list-nothing-new = Nothing has changed.
menu-years-about = The years and their terms
menu-levels-about = What coefficients depend on
menu-options-about = Who takes which option
levels-title = Levels and series
levels-new = New level or series
levels-change = Change
levels-empty = There are no levels or series yet: p proposes the usual ones, a adds one.
levels-saved = Saved.
levels-removed = Deleted; u brings it back.
levels-remove = Delete
levels-ask-remove = Delete { $name }? What a class or a coefficient depends on cannot be deleted.
levels-about = A level’s new name goes into its classes and coefficients.
levels-column-classes = Classes
levels-help-name = For example 10e, Terminale; TSE, TLL.
levels-help-position = The order in lists: the lowest level first.
years-title = School years
years-new = New school year
years-change = Change the school year
years-empty = There is no year yet.
years-saved = The year is saved.
years-removed = The year is deleted; u brings it back.
years-remove = Delete the year
years-ask-remove = Delete the year { $name }? A year with students or marks in it cannot be deleted.
years-about = A closed year can be read and no longer changes.
years-current = current
years-closed = closed
years-column-state = State
years-column-terms = Terms
years-field-term = Term { $term }
years-help-year = For example 2027-2028.
years-help-division = ← → changes. Stays as it is once there are evaluations.
years-help-dates = First and last day: 01/10/2026 – 22/12/2026. Empty if no dates are set.
years-two-terms = A year of semesters has two terms only: empty this line.
classes-help-teacher = A teacher with an account; — for nobody.
classes-help-capacity = How many students are meant; empty if nothing is.
subjects-whole-class = whole class
subjects-option = option
subjects-help-option = An option has only the students who are enrolled in it (“Options”).
subjects-column-notes = Notes
student-form-help-starts = For who comes during the year.
student-form-help-language = The one spoken at home.
options-title = Options
options-pick = Which option of which class?
options-heading = { $class } · { $subject }: { $count } of { $of }
options-about = Only those who take it are on the sheet and in the averages.
options-none = No subject is an option. Under “Subjects”, the field “For whom” makes it one.
options-nobody-here = There is nobody in this class.
options-saved = Saved; u takes it back.
options-key-open = See the students
options-hint-open = open
options-key-turn = Enrol in the option, or take out
options-hint-turn = tick
options-key-all = Tick all
options-hint-all = all
options-key-nobody = Tick nobody
options-hint-nobody = nobody
options-key-back = Back to the options
cli-col-capacity = Places
cli-col-position = Place
cli-col-option = Option
cli-col-takes = Takes
cli-col-division = Division
cli-cmd-years = School years
cli-cmd-years-list = Lists the years
cli-cmd-years-add = Adds a year
cli-cmd-years-edit = Changes the terms of a year
cli-cmd-years-delete = Deletes a year with nothing in it
cli-cmd-levels = Levels and series
cli-cmd-levels-list = Lists the levels and series
cli-cmd-levels-add = Adds a level, or a series
cli-cmd-levels-edit = Changes a level, or a series
cli-cmd-levels-delete = Deletes a level, or a series, that nothing depends on
cli-cmd-levels-fill = Adds those of the preset and the classes that are missing
cli-cmd-options = Who takes which option
cli-cmd-options-list = Lists the students of a class and says who takes the option
cli-cmd-options-add = Enrols students in the option
cli-cmd-options-remove = Takes students out of the option
cli-arg-as-series = A series, not a level
cli-arg-matricules = Matricules
cli-arg-school-year = The year, for example 2027-2028
cli-arg-dates = First and last day of a term: 1=2026-10-01..2026-12-22
cli-arg-division = How the year is cut
cli-arg-head-teacher = The account of the head teacher; empty for nobody
cli-arg-capacity = How many students are meant
cli-arg-subject-kind = Main or complementary subject
cli-arg-option = An option, which only enrolled students take
cli-arg-quartier = Quarter
cli-arg-commune = Municipality
cli-arg-language = Language spoken at home
cli-arg-starts = First day at school this year, for who comes during it; empty: from the beginning
student-card-starts = at school since { $date }
subjects-complementary = compl.

## Guardians
field-relation = Relation
field-email = E-mail address
field-consent = Consent
field-money-operator = Mobile Money
field-money-number = Mobile Money number
relation-father = Father
relation-mother = Mother
relation-guardian = Guardian
text-email = This is no e-mail address such as f.traore@ecole.ml.
why-consent-without = There is consent to be written to, but nothing to write to: give it, or take the consent away.
why-not-mobile = This is not a mobile’s number: Mobile Money is on a mobile phone.
consent-none = none
consent-sms = SMS
consent-mail = e-mail
consent-both = SMS and e-mail
guardians-title = Guardians
guardians-new = New guardian
guardians-change = Change the guardian
guardians-empty = Nobody is listed for this student: a adds a parent or guardian.
guardians-saved = Saved; u takes it back.
guardians-removed = Taken away; u brings it back.
guardians-remove = Take away
guardians-ask-remove = Take { $name } away from this student? If they have other children here, they stay theirs; otherwise they are deleted.
guardians-about = Who answers for the student, and how to reach them.
guardians-column-children = Other children
guardians-column-all-children = Children
guardians-field-known = Known already
guardians-help-known = Name or phone of another student’s guardian; otherwise leave it empty.
guardians-help-phones = The first is the one to call; a comma between two.
guardians-help-languages = A comma between two.
guardians-help-account = This parent’s account: it sees the marks of these children.
guardians-note = Without consent, nothing is sent.
student-card-key-guardians = Parents and guardians
student-card-hint-guardians = guardians
cli-cmd-guardians = Parents and guardians
cli-cmd-guardians-list = Lists guardians: all, those of a student, a name or a phone
cli-cmd-guardians-add = Adds a guardian
cli-cmd-guardians-edit = Changes a guardian
cli-cmd-guardians-delete = Deletes a guardian
cli-arg-guardian = The guardian’s phone, or the id
cli-arg-find = Words of the name, or digits of a phone
cli-arg-relation = The relation to these children: father, mother, guardian, grandparent, uncle, sibling, host, other
cli-arg-phones = A phone; may be repeated
cli-arg-email = E-mail address
cli-arg-languages = A language; may be repeated
cli-arg-sms = Consent to SMS
cli-arg-mail = Consent to e-mail
cli-arg-money = Mobile Money account: orange, moov, sama, wave or momo, a colon, the number
cli-arg-account = This parent’s account; empty for none
cli-col-account = Account
relation-grandparent = Grandparent
relation-uncle-or-aunt = Uncle or aunt
relation-sibling = Brother or sister
relation-host = Host
relation-other = Other
why-too-many-guardians = Too many guardians fit: add a word of the name, or look by phone.
account-other-network = This is not a number of { $operator }: correct the number or choose the other operator.
account-iban = This IBAN is not right: its check digits do not go with the rest. Copy it from the statement again.
account-iban-shape = This IBAN is not built as those of its country are. Copy it from the statement again.
account-card = This card number is not right: its last digit does not go with the others. Copy it from the card again.
account-nothing = This is neither an IBAN nor a card number. For a Mobile Money account, give the operator too.
guardians-field-child = Child
guardians-help-child = Name, matricule or phone of the student.
guardians-field-more = Child to add
guardians-help-more = Name or matricule; empty, nothing is added. A child is taken away on their card.
guardians-note-children = Children: { $names }.
directory-title = Parents and guardians
directory-about = Who answers for students, how to reach them
directory-about-look = Who answers for students, how to reach them
directory-hint = The first 200 names; / looks among all, by name or phone.
directory-empty = Nobody fits: a adds a parent or guardian.
directory-remove = Delete
directory-ask-remove = Delete { $name }? No student will have them as guardian any more.
cli-cmd-guardians-show = Shows a guardian
cli-cmd-guardians-link = Adds a child to a guardian, or changes the relation
cli-cmd-guardians-unlink = Takes a child away from a guardian
cli-col-id = Id

## Dossier
field-bank = Bank, operator
field-candidate = Candidate no.
field-account = Account
field-national-id = National id
field-medical-note = Medical note
why-nina = This is no NINA: 14 digits, then a letter. From another country, write it with its code: CI:C0012345678.
why-national-id = This is no national id: 5 to 20 letters, digits or dashes.
why-locked = This is right, but it is not kept: carnet writes it under a key only, and the school has no key yet. Empty this field to save the rest.
student-locked = closed (the school has no key yet)
student-card-locked = Closed for want of a key: account, national id, medical note
student-card-candidate = candidate no. { $number }
student-form-help-bank = The name only: Orange Money, Moov Money, BDM…
student-form-help-account = Closed: checked (IBAN, card, Mobile Money), not kept without a key.
student-form-help-locked = Closed: checked, but not kept while the school has no key.
cli-arg-candidate = Number as a candidate of a national examination
cli-arg-bank = Bank or Mobile Money operator
cli-arg-bank-account = Account (IBAN, card, Mobile Money): checked, not kept while the school has no key
cli-arg-national-id = National id (NINA): checked, not kept while the school has no key
cli-arg-medical-note = Medical note: not kept while the school has no key
## The year turns
why-has-class = This student has a class this year: what comes next is decided in “Turn of the year”.
why-year-open-terms = { $count ->
    [one] One class still has open terms.
   *[other] { $count } classes still have open terms.
} Close them first.
why-year-undecided = { $count ->
    [one] Nothing is decided for one student.
   *[other] Nothing is decided for { $count } students.
} Decide in "Turn of the year".
turn-outcome-promoted = passes
turn-outcome-repeating = repeats
turn-outcome-leaving = leaves
turn-outcome-excluded = excluded
turn-undecided = to decide
turn-why-no-average = no average of the year
turn-why-no-rule = no rule for this level
turn-why-no-level = level not known
turn-why-no-class = none at the next level
turn-why-several = several possible
turn-by-council = council
turn-by-rules = rule
turn-leaves = leaves the school
turn-target-unknown = to choose
turn-title = Turn of the year
turn-menu-about = Passing and repeating; the next year
turn-menu-about-look = Who passes, repeats or leaves
turn-heading = { $year } → { $next } · passing { $promoted } · repeating { $repeating } · leaving { $leaving } · excluded { $excluded }
turn-undecided-count = { $count ->
    [0] Everything is decided.
    [one] One student is still to be decided.
   *[other] { $count } students are still to be decided.
}
turn-open-classes = { $count ->
    [one] One class has open terms: { $names }.
   *[other] { $count } classes have open terms: { $names }.
}
turn-ahead-count = { $count ->
    [one] One new student already has a place in the next year.
   *[other] { $count } new students already have a place in the next year.
}
turn-overfull = { $count ->
    [one] One class will have more than it is meant for: { $names }.
   *[other] { $count } classes will have more than they are meant for: { $names }.
}
turn-ready = Nothing stands in the way.
turn-begun = An opening was cut short: ask for it again, it goes on.
turn-reading = Reading the decisions…
turn-nobody = There is nobody in this class.
turn-no-class = There is no class yet.
turn-classes-heading = Class · students · next class · next headcount
turn-class-line-open = open terms: { $terms }
turn-class-said = chosen
turn-class-guessed = guessed
turn-places = { $next } of { $capacity }
turn-row-to = → { $class }
turn-decide-title = The council’s decision: { $name }
turn-decide-field = Decision
turn-decide-to = Class
turn-decide-to-follows = the one that follows
turn-decide-help = ← → changes. “by the rule” takes the council’s decision back.
turn-decide-help-to = ← → changes. Only for who passes or repeats.
turn-decide-help-reason = Is read in the student’s history.
turn-decide-rules = by the rule
turn-decided = The decision is saved; u takes it back.
turn-taken-back = The decision is taken back.
turn-map-title = The class after { $name }
turn-map-field = Next class
turn-map-help = ← → changes. “guess” goes by levels and names.
turn-map-guess = guess
turn-mapped = The next class is saved; u takes it back.
turn-same = Nothing has changed.
turn-assignments-title = Open { $next }
turn-assignments-field = Teachers
turn-assignments-keep = keep their classes and subjects
turn-assignments-none = will be assigned anew
turn-assignments-help = ← → changes. Enter goes on.
turn-sure-title = Open the year { $next }?
turn-sure = The year { $year } will be closed: read, and no longer written. This cannot be taken back.
turn-opened = The year { $year } is open. Passing: { $promoted }, repeating: { $repeating }, left: { $left }.
turn-opened-already = The year { $year } is open already; what was left is done.
turn-work = Opening: { $done } of { $total }
turn-enrolled = The place in the next year is saved; u takes it back.
turn-key-open = See the students of the class
turn-hint-open = students
turn-key-decide = Decide
turn-hint-decide = decide
turn-key-map = Choose the next class
turn-hint-map = next class
turn-key-year = Open the next year
turn-hint-year = open
turn-key-undo = Take the last decision back
turn-hint-undo = undo
turn-key-next-open = Next student to decide
turn-hint-next-open = to decide
field-outcome = Decision
cli-cmd-years-plan = Says what becomes of each student at the end of the year
cli-cmd-years-decide = Saves the council’s decision on a student
cli-cmd-years-map = Says which class follows a class
cli-cmd-years-open = Opens the next year
cli-cmd-years-enrol = Gives a new student a place in the next year
cli-arg-ahead-class = The class of the next year; empty: take the place away
cli-arg-outcome = promoted, repeating, leaving or excluded
cli-arg-take-back = Takes the decision back: the rule proposes again
cli-arg-to-class = The class of the next year
cli-arg-next-class = The next class, or “leaves”, or “guess”
cli-arg-keep-assignments = Teachers keep their classes and subjects
cli-arg-mapped-class = The class
cli-col-outcome = Decision
cli-col-next-class = Next class
cli-col-why = Why
turn-told-turn = { $year } → { $next }: { $what }
turn-told-decide = The council’s decision: { $what }
turn-told-decide-none = The council’s decision taken back
turn-told-enrol = Place in { $year }: { $what }
turn-told-enrol-none = Place in the next year taken away
student-card-guardian-added = Guardian added: { $name }
student-card-guardian-changed = Guardian changed: { $name }
student-card-guardian-removed = Guardian deleted: { $name }
# --- What was left of entry, closing and history ---
cli-explain-at = With the marks as they were on { $at }; rules and coefficients of today.
my-key-explain = Explain this subject’s average
cli-cmd-marks-paste = Pastes a block of marks from a spreadsheet into a sheet, in one act
cli-cmd-marks-fill = Puts one mark or code into an evaluation’s empty cells
cli-cmd-evaluations-move = Moves an evaluation among those of its sheet
cli-arg-first-evaluation = Title of the evaluation of the first pasted column; else the sheet’s first
cli-arg-from-student = Matricule of the first student, in the order of names; else the sheet’s first
cli-arg-to-student = Matricule of the last student; else the sheet’s last
cli-arg-only-good-cells = Enters the good marks even if others are refused
cli-arg-fill-value = Mark or code
cli-arg-replace = Replaces marks that are there already, too
cli-arg-to-place = New place, 1 for the first
cli-fate-new = new
cli-fate-replaced = replaced
cli-paste-not-text = This is not UTF-8 text. Save the table as text (UTF-8), then try again.
cli-paste-beyond = The block is larger than the sheet: { $lines } lines and { $columns } columns too many. Nothing was written. Check --from and --evaluation.
cli-paste-refused = Refused marks: { $count }. Nothing was written. Mend them, or add --only-good to enter the others.
cli-paste-left-out = Marks entered: { $done }. Left out because somebody has changed them meanwhile: { $count }. Read the sheet again before you retry.
cli-paste-done = Marks entered in one act: { $count }.
evaluations-key-up = Move the evaluation one place up
evaluations-key-down = Move the evaluation one place down
evaluations-first = It is the first already.
evaluations-last = It is the last already.
sheet-columns-undone = Your last change of the columns has been undone.
cli-cmd-terms-cancel = Stops the closing of all classes before the next one
closing-key-cancel = Stop the closing of all classes before the next one
closing-hint-cancel = stop
closing-cancelled = The closing stops before the next class; classes that are closed stay closed.
closing-none-under-way = No closing of all classes is under way.
closing-under-way = Closing under way, asked for by { $by }: { $done }/{ $total } classes.
closing-stopping = The closing is stopping: { $done }/{ $total } classes.
closing-standing = A closing asked for by { $by } was cut short at { $done }/{ $total } classes: carnet takes it up by itself, or “x” gives it up.
closing-stopped = Closing of { $term } stopped; classes closed: { $count }.
why-closing-under-way = That term is being closed already ({ $done }/{ $total } classes). Wait until it is done, or stop it.
## Beside the marks
field-conduct-below = Conduct sanction below
field-remark-max = Length of an appreciation
field-general-max = Length of the general appreciation
field-appreciation = Appreciation
field-absent-justified = Hours absent, justified
field-absent-unjustified = Hours absent, not justified
field-late = Late arrivals
field-conduct = Conduct
field-observation = Observation
field-honour = Council’s honour
field-band = Band of averages
field-owner = For
why-no-such-honour = “{ $what }” is no honour of the school’s rules. Choose one of the list, or none.
rules-fault-remark-length = An appreciation has 1 to 500 characters: change its length.
rules-help-conduct-below = conduct mark below which there is a sanction; 0: never
rules-help-remark-max = characters that a line of the report holds
rules-help-general-max = characters of the general appreciation
failure-bulletin = { $by } wrote here meanwhile: “{ $value }”. Choose which to keep.
failure-bulletin-empty = { $by } took out what stood here meanwhile. Choose to leave it empty or to put yours back.
change-bulletin-set = report
bulletin-no-honour = no honour
bulletin-said-justified = { $count } h absent, justified
bulletin-said-unjustified = { $count } h absent, not justified
bulletin-said-late = late: { $count }
bulletin-said-conduct = conduct { $mark }/20
menu-remarks = Appreciations
menu-remarks-about = Write those of one’s students
menu-remarks-about-look = read those of the classes
menu-follow-up = Follow-up
menu-follow-up-about = Type absences, late arrivals, conduct
menu-follow-up-about-look = Absences, late arrivals, conduct
menu-council = Class council
menu-council-about = Honours and general appreciations
menu-council-about-look = Honours and appreciations, to read
phrases-menu-about = The bank of phrases for appreciations
bulletin-follow-up = Follow-up
bulletin-council = Class council
bulletin-closed = The term is closed: what is written stays. Only an admin can open it again.
bulletin-not-yours-subject = You may read these appreciations; the subject’s teacher writes them.
bulletin-not-yours-follow-up = You may read this follow-up; the supervisor and the head teacher of the class type it.
bulletin-not-yours-council = You may read this page; the head teacher of the class and the head write it.
bulletin-phrases-in-texts = Phrases are for appreciations and observations: go to their column.
bulletin-no-phrases = The bank of phrases is empty. Fill it on the “Phrases” screen (key p), or write.
bulletin-no-such-phrase = No phrase has these words. Erase some, or Tab to show all.
bulletin-phrases-band = Phrases for this average (Tab: all)
bulletin-phrases-all = All phrases (Tab: for this average)
bulletin-enter-to-write = Enter to write.
bulletin-student-gone = This student is no longer in the class: what you were writing is not kept.
bulletin-as-proposed = As the rules propose: { $honour }
bulletin-reason = { $honour }: why?
bulletin-decided-by = decided by { $by }: { $reason }
bulletin-council-said = decision of the council: { $reason }
bulletin-saved = { $student } · { $part } · { $value } saved at { $at }
bulletin-undone = { $student } · { $part }: back to { $value } ({ $at })
bulletin-redone = { $student } · { $part }: again { $value } ({ $at })
bulletin-nothing = nothing
bulletin-not-saved = { $student } · { $part } is not saved. { $why }
bulletin-offline = Not saved yet: the store does not answer. It is sent again as soon as it is back; do not leave this screen.
bulletin-clash-title = Somebody wrote here
bulletin-clash = { $student }: at { $at } { $by } wrote “{ $theirs }”.
bulletin-clash-mine = You had written “{ $mine }”.
bulletin-clash-here = Somebody else wrote here meanwhile: Enter to choose.
bulletin-keep-theirs = Theirs
bulletin-keep-mine = Mine
bulletin-step-anyway = Step back over it anyway?
bulletin-column-student = Student
bulletin-column-rank = Rank
bulletin-column-justified = Abs. j.
bulletin-column-unjustified = Abs. nj
bulletin-column-late = Late
bulletin-column-conduct = Conduct
bulletin-column-honour = Honour (proposed)
bulletin-foot = { $part }: { $text }
bulletin-honour = Honour: { $honour }
bulletin-general = General appreciation
bulletin-my-title = Report
bulletin-key-enter = Write, choose the honour; settle a conflict
bulletin-hint-enter = write
bulletin-key-type = Begins a number
bulletin-key-phrases = Phrases proposed for this average
bulletin-hint-phrases = phrases
bulletin-key-empty = Take out what is written
bulletin-hint-empty = empty
bulletin-hint-term = term
bulletin-edit-key-next = Save, next student
bulletin-edit-hint-next = next
bulletin-edit-key-previous = Save, previous student
bulletin-edit-key-right = Save, next column
bulletin-edit-hint-phrases = phrases
bulletin-edit-key-cancel = Give up
bulletin-edit-hint-cancel = give up
bulletin-pick-key-take = Take
bulletin-pick-hint-take = take
bulletin-pick-key-all = All phrases, or those of this average
bulletin-pick-hint-all = all
sheet-key-remarks = Appreciations of the subject
sheet-key-publish = Publish the column to families, or take it back
evaluations-hint-publish = publish
evaluation-seen = { $title }: published, families see it.
evaluation-unseen = { $title }: not published, families no longer see it.
evaluation-seen-at-once = { $title }: saved. The rules show every mark to families at once.
evaluation-seen-closed = { $title }: saved. The rules show marks to families only when the term is closed.
student-card-tab-words = Report
student-card-hint-tab-words = report
student-card-no-words = Nothing has been written on this student’s report yet.
phrases-title = Phrases
phrases-new = New phrase
phrases-change = Phrase
phrases-empty = The bank of phrases is empty: add one, or fill it with the usual ones.
phrases-saved = The phrase is saved.
phrases-removed = The phrase is removed.
phrases-remove = Remove the phrase
phrases-ask-remove = Remove “{ $text }”?
phrases-about = Proposed by the student’s average; { "{" }he|she{ "}" } agrees.
phrases-column-band = Average
phrases-column-text = Phrase
phrases-every-band = all
phrases-of-school = school
phrases-own = own
phrases-help-text = { "{" }he|she{ "}" } agrees with the student
cli-cmd-remarks = Appreciations
cli-cmd-remarks-list = Lists the appreciations of a class: of a subject, or general
cli-cmd-remarks-set = Writes an appreciation; an empty text takes it out
cli-cmd-followup = Absences, late arrivals and conduct
cli-cmd-followup-list = Lists the follow-up of a class
cli-cmd-followup-set = Types the follow-up of a student; an empty value takes it out
cli-cmd-honours = Honours of the class council
cli-cmd-honours-list = Lists the honours proposed and decided
cli-cmd-honours-decide = Decides an honour (or “none”), with the reason; without an honour, as the rules propose
cli-cmd-phrases = Bank of phrases for appreciations
cli-cmd-phrases-list = Lists the phrases, numbered
cli-cmd-phrases-add = Adds a phrase
cli-cmd-phrases-edit = Changes the phrase of that number
cli-cmd-phrases-delete = Removes the phrase of that number
cli-cmd-phrases-fill = Adds the usual phrases that are missing
cli-arg-remark-subject = The subject; without it, the general appreciation
cli-arg-remark-text = The text; empty takes it out
cli-arg-justified = Hours absent, justified
cli-arg-unjustified = Hours absent, not justified
cli-arg-late = Late arrivals
cli-arg-conduct = Conduct mark, 0 to 20
cli-arg-observation = Observation
cli-arg-honour = The honour, as in the rules, or “none”
cli-arg-honour-reason = Why the council decides otherwise
cli-arg-phrase-number = The number of the phrase in the list
cli-arg-phrase-text = The phrase
cli-arg-band = The band of averages, as in the rules; without it, all
cli-arg-of-school = For the whole school
cli-col-proposed = Proposed
cli-col-decided = Decided
cli-col-number = No.
cli-followup-nothing = Nothing to type: give at least one value (--late 2, say).
picker-key-year = The year before
picker-hint-year = year
picker-year-own = No sheet of past years is yours.
stats-key-year = Choose the year
picker-year-none = No year has been closed yet.

## Staff file
field-employee-id = Employee id
field-diploma = Diploma
field-subjects = Subjects
field-availability = Availability
why-employee-id-taken = This employee id already belongs to { $name }. Check it, or empty the other first.
why-staff-only = Only staff accounts have this. Empty it, or choose another role.
users-help-employee-id = The employer’s, unique; letters, digits, dot, hyphen, slash.
users-help-subjects = Names with commas between them. Classes are in the assignments.
users-help-availability = Days and hours on one line: Monday morning, Tuesday, Thursday 8–12.
cli-cmd-users-show = Shows an account, its file and its assignments
cli-arg-employee-id = Employee id, unique among accounts (empty: none)
cli-arg-diploma = Diploma (empty: none)
cli-arg-subjects = Subjects taught, with commas between them (empty: none)
cli-arg-availability = Days and hours of availability on one line (empty: nothing)
cli-col-charges = Assignments
