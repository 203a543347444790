#!/usr/bin/env bash
# An administrator's evening: what redis-cli and a read of MongoDB find while carnet is at work.
#
# `cargo test --test it evening::` plays it on real servers, on a school of its own. By hand it wants, in the environment:
#   CARNET         the program, configured (CARNET_… or config.toml) for an empty database and the Redis below
#   PASSWORD_FILE  the file of the password that it gives the account `admin`, and that SCREEN logs in with
#   REDIS          the address of an empty Redis, redis://…
#   MONGO_READ     a command, COLLECTION FILTER: the documents found, one a line, in extended JSON
#   SCREEN         a command, NAME WHAT [TEXT]: carnet at a terminal of that name: login, go PLACE, sheet CLASS/SUBJECT,
#                  see TEXT (waits for it), shows TEXT (asks), type TEXT, enter, tab, down, quit
set -euo pipefail
: "${CARNET:?}" "${PASSWORD_FILE:?}" "${REDIS:?}" "${MONGO_READ:?}" "${SCREEN:?}"

checks=0
at() { printf '%s\n' "evening: $*" >&2; }
wrong() { printf 'evening, line %s: %s\n' "${BASH_LINENO[$((${#BASH_LINENO[@]} - 2))]}" "$*" >&2; exit 1; }
redis() { redis-cli -u "$REDIS" --raw "$@" </dev/null; }
carnet() { "$CARNET" "$@" </dev/null; }
told() { carnet "$@" --format json | tr -d ' \n'; } # JSON on one line
screen() { "$SCREEN" "$@" </dev/null; }

is() { # is WHAT FOUND WANTED
  [ "$2" = "$3" ] || wrong "$1 is « $2 », not « $3 »"
  checks=$((checks + 1))
}
has() { # has WHAT TEXT PART
  [[ $2 == *"$3"* ]] || wrong "$1 lacks « $3 »: $2"
  checks=$((checks + 1))
}
lacks() { # lacks WHAT TEXT PART
  [[ $2 != *"$3"* ]] || wrong "$1 has « $3 »: $2"
  checks=$((checks + 1))
}
there() { is "EXISTS $1" "$(redis EXISTS "$1")" 1; }
gone() { is "EXISTS $1" "$(redis EXISTS "$1")" 0; }
goes() { # goes KEY: nobody waits for it, but it goes
  for _ in $(seq 600); do
    [ "$(redis EXISTS "$1")" = 1 ] || break
    sleep 0.05
  done
  gone "$1"
}
lives() { # lives KEY SECONDS: has been set just now, to live that long at most
  local left
  left=$(redis TTL "$1")
  [ "$left" -le "$2" ] && [ "$left" -gt $(($2 - 100)) ] || wrong "TTL $1 is $left, not $2 or a little less"
  checks=$((checks + 1))
}
shows() { # shows NAME TEXT: at once, on what stands there
  screen "$1" shows "$2" || wrong "the screen $1 does not show « $2 »"
  checks=$((checks + 1))
}
hides() { # hides NAME TEXT
  ! screen "$1" shows "$2" || wrong "the screen $1 shows « $2 »"
  checks=$((checks + 1))
}
one() { # one COLLECTION FILTER: the only document that it finds
  local found
  found=$("$MONGO_READ" "$1" "${2//$'\n'/}" </dev/null)
  is "number of $1 by $2" "$(grep -c . <<<"$found" || true)" 1
  printf '%s\n' "$found"
}
none() { # none COLLECTION FILTER
  is "what $1 has by $2" "$("$MONGO_READ" "$1" "$2" </dev/null)" ''
}
id_of() { # id_of COLLECTION FILTER
  local found
  found=$(one "$1" "$2")
  [[ $found =~ \"_id\":\"([^\"]+)\" ]] || wrong "no _id in $found"
  printf '%s' "${BASH_REMATCH[1]}"
}
forge() { # forge KEY SED: somebody changes what stands there, by hand; in $forged
  local kept
  kept=$(redis GET "$1")
  forged=$(sed "$2" <<<"$kept")
  [ "$forged" != "$kept" ] || wrong "nothing to forge with $2 in $1: $kept"
  redis SET "$1" "$forged" KEEPTTL >/dev/null
}
mark() { # mark MATRICULE SCORE
  carnet marks set "$1" --subject Maths --term 1 --evaluation 'Devoir 1' --score "$2" >/dev/null
}
home_and() { # home_and NAME PLACE: leaves a screen, and comes (back) to that one
  screen "$1" go Accueil
  screen "$1" go "$2"
}

at "a school"
carnet init --name 'Lycée du soir' --year 2026-2027 --admin admin --password-file "$PASSWORD_FILE" >/dev/null
carnet classes add TSE >/dev/null
carnet subjects add Maths --coefficient 3 >/dev/null
carnet evaluations add 'Devoir 1' --class TSE --subject Maths --term 1 --date 2026-11-05 >/dev/null
class=$(id_of classes '{"name":"TSE"}')

at "students are added"
phone=student:+22376123456
other=student:+22366000001
carnet students add --last Traoré --first Awa --class TSE --phone 76123456 --birth-date 28/02/2010 >/dev/null
there "$phone"
lives "$phone" 3600
has "$phone" "$(redis GET "$phone")" '"v":1'
has "$phone" "$(redis GET "$phone")" Traoré
carnet students add --last Diallo --first Modibo --class TSE --phone 66000001 >/dev/null
lives "$other" 3600
carnet students add --last Keïta --first Sira --class TSE >/dev/null
student=$(id_of students '{"last_name":"Traoré"}')
[[ $(one students '{"last_name":"Traoré"}') =~ \"matricule\":\"([^\"]+)\" ]]
awa=${BASH_REMATCH[1]}
[[ $(one students '{"last_name":"Diallo"}') =~ \"matricule\":\"([^\"]+)\" ]]
modibo=${BASH_REMATCH[1]}

at "sessions"
is "the sessions that commands have left" "$(redis KEYS 'session:*')" ''
admin=$(id_of users '{"username":"admin"}')
session=session:$admin
screen left login
is "TYPE $session" "$(redis TYPE "$session")" hash
lives "$session" 3600
is username "$(redis HGET "$session" username)" admin
is role "$(redis HGET "$session" role)" admin
now=$(date +%s)
active=$(redis HGET "$session" last_activity)
[ "$active" -le $((now + 1)) ] && [ "$active" -gt $((now - 100)) ] || wrong "last_activity is $active at $now"
is "fields of one login" "$(redis HLEN "$session")" 4
has "its session's id" "$(redis HKEYS "$session")" "$admin."
screen right login
is "fields of two logins" "$(redis HLEN "$session")" 5
screen right quit
is "fields after one has left" "$(redis HLEN "$session")" 4
screen left type X
screen left see 'Mot de passe'
goes "$session"
screen left login
there "$session"

at "a card is opened, a mark is changed"
redis DEL "$phone" "$other" >/dev/null
screen left go 'TRAORÉ Awa'
screen left see 'Tél. +223 76 12 34 56'
there "$phone"
lives "$phone" 3600
gone "$other"
screen left go Accueil
screen left sheet TSE/Math
screen left see 'TRAORÉ Awa'
screen left type 9
screen left enter
screen left see 'DIALLO Modibo · Devoir 1 · 9,00 enregistré'
there "$phone" # another student's mark
screen left down
screen left type 12,5
screen left enter
screen left see 'TRAORÉ Awa · Devoir 1 · 12,50 enregistré'
gone "$phone"
screen left go Accueil

at "garbage in the card's place"
for garbage in 'ce n’est pas du JSON' '{"v":1' null '{"v":7,"version":1,"epoch":0,"value":{}}'; do
  redis SET "$phone" "$garbage" >/dev/null
  home_and left 'TRAORÉ Awa'
  screen left see 'Tél. +223 76 12 34 56'
  screen left see '12,50'
done
redis DEL "$phone" >/dev/null
redis RPUSH "$phone" une liste >/dev/null
home_and left 'TRAORÉ Awa'
screen left see 'Tél. +223 76 12 34 56'
screen left see '12,50'
screen left go Accueil

at "a plausible card, written by hand"
redis DEL "$phone" >/dev/null
told students show "$awa" >/dev/null # filled anew
state=tag:student:$student
there "$state"
generation=$(redis HGET "$state" g)
has "the card's generation" "$(redis GET "$phone")" "\"version\":$generation"
forge "$phone" 's/Awa/Eve/g; s/12\.5/3.25/g'
lie=$forged
mark "$awa" 14
gone "$phone"
home_and left 'TRAORÉ Awa'
screen left see 'Tél. +223 76 12 34 56'
screen left see '14,00'
hides left Eve
hides left '3,25'
screen left go Accueil
redis SET "$phone" "$lie" >/dev/null # once more, after the change
home_and left 'TRAORÉ Awa'
screen left see '14,00'
hides left Eve
has "what the command shows" "$(told students show "$awa")" Awa
screen left go Accueil
# With the generation of now, and with the next ones, guessed: the change takes it away.
generation=$(redis HGET "$state" g)
for ahead in 0 1 2; do
  redis SET "$phone" "$(sed "s/\"version\":[0-9]*/\"version\":$((generation + ahead))/" <<<"$lie")" >/dev/null
  mark "$awa" "$((15 + ahead))"
  generation=$(redis HGET "$state" g)
  shown=$(told students show "$awa")
  has "the card" "$shown" "\"average\":$((15 + ahead))"
  lacks "the card" "$shown" Eve
done
mark "$awa" 14

at "figures and rankings"
shown=$(told stats top)
has "the best" "$shown" '"average":14'
lives rankings:top10 1800
forge rankings:top10 's/Awa/Eve/g; s/14\.0/19.75/g; s/:14,/:19.75,/g; s/:14}/:19.75}/g'
lie=$forged
mark "$modibo" 10
shown=$(told stats top)
lacks "the best" "$shown" Eve
has "the best" "$shown" '"average":10'
redis SET rankings:top10 "$lie" >/dev/null
lacks "the best" "$(told stats top)" Eve
redis SET rankings:top10 '[[[' >/dev/null
has "the best" "$(told stats top)" TRAORÉ

figures=class:stats:$class
shown=$(told stats class TSE)
has "the class" "$shown" '"mean":12'
lives "$figures" 3600
has "$figures" "$(redis GET "$figures")" distribution
forge "$figures" 's/"mean":12/"mean":17/'
lie=$forged
mark "$modibo" 11
has "the class" "$(told stats class TSE)" '"mean":12.5'
redis SET "$figures" "$lie" >/dev/null
has "the class" "$(told stats class TSE)" '"mean":12.5'
told stats class TSE --subject Maths >/dev/null
lives "$figures:2026-2027:T1:$(id_of subjects '{"name":"Maths"}')" 3600

at "the list that everybody opens"
screen left go Élèves
screen left see '11,00'
screen left go Accueil
lists=$(redis KEYS 'students:list:*')
[ -n "$lists" ] || wrong "no students:list:* after the list was on the screen"
for list in $lists; do
  lives "$list" 3600
  if [[ $(redis GET "$list") == *Awa* ]]; then forge "$list" 's/Awa/Eve/g; s/Modibo/Personne/g'; fi
done
mark "$modibo" 8
for list in $lists; do gone "$list"; done
screen left go Élèves
screen left see ' 8,00'
hides left Eve
hides left Personne
shows left Modibo
told students list >/dev/null
for list in $(redis KEYS 'students:list:*'); do lives "$list" 3600; done

at "the documents"
one students '{"last_name":"Traoré","_id":{"$type":"string"},"matricule":{"$type":"string"},"first_name":"Awa",
  "phone":"+22376123456","class_name":"TSE","status":"active","version":{"$type":["int","long"]},
  "average":{"$type":"double"},"averages.2026-2027.T1":{"$type":"double"},"averages.2026-2027.year":{"$type":"double"},
  "birth_date":{"$type":"date","$eq":{"$date":"2010-02-28T00:00:00Z"}},
  "created_at":{"$type":"date"},"updated_at":{"$type":"date"},"updated_by":{"$type":"string"}}' >/dev/null
one students '{"last_name":"Traoré","average":14,"grades":{"$size":1,"$elemMatch":{"subject":{"$type":"string"},
  "year":"2026-2027","term":"T1","evaluation":{"$type":"string"},"kind":{"$type":"string"},
  "date":{"$type":"date","$eq":{"$date":"2026-11-05T00:00:00Z"}},
  "score":{"$type":"double","$eq":14},"code":{"$exists":false},"scale":20,"coefficient":1}}}' >/dev/null
one students '{"last_name":"Keïta","average":{"$type":"null"},"grades":{"$size":0}}' >/dev/null
one students '{"last_name":"Keïta","phone":{"$exists":false},"birth_date":{"$exists":false},"sex":{"$exists":false}}' >/dev/null
mark "$modibo" ABS
one students '{"last_name":"Diallo","average":{"$type":"null"},"grades.0.code":"ABS","grades.0.score":{"$type":"null"}}' >/dev/null
one users '{"username":"admin","role":"admin","password_hash":{"$regex":"^\\$2"},"session_epoch":{"$type":["int","long"]}}' >/dev/null
carnet users add awa --role student --student "$awa" --new-password-file "$PASSWORD_FILE" >/dev/null
one users '{"username":"awa","role":"student","student_phone":"+22376123456"}' >/dev/null
carnet students edit "$awa" --phone 76999999 >/dev/null
one users '{"username":"awa","student_phone":"+22376999999"}' >/dev/null
gone "$phone"
one sheets '{"class":{"$type":"string"},"subject":{"$type":"string"},"year":"2026-2027","term":"T1","state":"open"}' >/dev/null
one marks "{\"student\":\"$student\"}" >/dev/null
one enrolments "{\"student\":\"$student\",\"year\":\"2026-2027\",\"class\":\"$class\"}" >/dev/null
one audit '{"action":"mark.set","seq":2,"stream":{"$type":"string"},"at":{"$type":"date"},"actor":{"$type":"string"},
  "target":{"$type":"string"},"old":{"$exists":true},"new":{"$exists":true},"prev":{"$type":"string"},
  "hash":{"$type":"string"}}' >/dev/null
none students '{"password_hash":{"$exists":true}}'

at "everybody goes home"
screen left go Accueil
screen left quit
is "the sessions that are left" "$(redis KEYS 'session:*')" ''
carnet doctor >/dev/null || wrong "carnet doctor finds something"
at "$checks things are as it should be"
