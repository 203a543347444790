//! What the server does in one step. Each script touches one key, so that a Cluster runs it too; time is the server's.
//!
//! A tag's state is a hash: `g` (the generation), `holds` (JSON: who holds, until which millisecond), one field
//! `key:{key}` for each key filled under it, and while it is young `young` (until which millisecond).
//!
//! A state that is not there may never have been, or have been lost together with a hold that still stands for a commit
//! under way, whose writer may be killed before it can tell. So what is kept under a young state counts only while a
//! hold could last: then the generation moves on by itself.

/// Reads a state, or makes one whose generation has never been: the time, in microseconds. What is no state is replaced.
const STATE: &str = r"
local k = KEYS[1]
local t = redis.call('TIME')
local ms = t[1] * 1000 + math.floor(t[2] / 1000)
local function number(n) return string.format('%.0f', n) end
local function state()
  local kind = redis.call('TYPE', k)['ok']
  if kind == 'hash' then
    local raw = redis.call('HMGET', k, 'g', 'holds')
    local g = raw[1] and tonumber(raw[1])
    if g and g > 0 and g < 9007199254740992 and g == math.floor(g) then
      if not raw[2] then return g, {} end
      local good, holds = pcall(cjson.decode, raw[2])
      if good and type(holds) == 'table' then return g, holds end
    end
  end
  if kind ~= 'none' then redis.call('DEL', k) end
  local g = t[1] * 1000000 + t[2]
  redis.call('HSET', k, 'g', number(g), 'young', number(ms + 60000))
  redis.call('EXPIRE', k, 7200)
  return g, {}
end
local function living(holds)
  local left, any = {}, false
  for by, ends in pairs(holds) do
    if type(ends) == 'number' and ends > ms then left[by] = ends; any = true end
  end
  return left, any
end
local function expire(g)
  local keys = {}
  for _, field in ipairs(redis.call('HKEYS', k)) do
    if string.sub(field, 1, 4) == 'key:' then
      keys[#keys + 1] = string.sub(field, 5)
      redis.call('HDEL', k, field)
    end
  end
  redis.call('HSET', k, 'g', number(g + 1))
  return keys
end
local function put(holds, any)
  if any then redis.call('HSET', k, 'holds', cjson.encode(holds)) else redis.call('HDEL', k, 'holds') end
  redis.call('EXPIRE', k, 7200)
end
";

/// `key` (or nothing), most keys: the generation, or nothing while the tag is held. The key is remembered.
const LEASE: &str = r"
local g, holds = state()
local _, held = living(holds)
if held then return '' end
local young = redis.call('HGET', k, 'young')
if young and (tonumber(young) or 0) <= ms then
  g = g + 1
  redis.call('HSET', k, 'g', number(g))
  redis.call('HDEL', k, 'young')
end
if ARGV[1] ~= '' then
  local field = 'key:' .. ARGV[1]
  if redis.call('HEXISTS', k, field) == 0 then
    if redis.call('HLEN', k) > tonumber(ARGV[2]) then return '' end
    redis.call('HSET', k, field, 1)
    redis.call('EXPIRE', k, 7200)
  end
end
return number(g)
";

/// Who, for how many milliseconds: the keys that the tag remembered.
const HOLD: &str = r"
local g, holds = state()
holds = living(holds)
holds[ARGV[1]] = ms + tonumber(ARGV[2])
local keys = expire(g)
put(holds, true)
return keys
";

/// Who: if the hold is lost, the keys that the tag remembers, which are stale.
const RELEASE: &str = r"
local g, holds = state()
local left, any = living(holds)
local kept = left[ARGV[1]] ~= nil
local keys = {}
if kept then
  left[ARGV[1]] = nil
  any = next(left) ~= nil
else
  keys = expire(g)
end
put(left, any)
return keys
";

/// Session, its JSON, user name, role, last activity.
const PUT_SESSION: &str = r"
local k = KEYS[1]
local kind = redis.call('TYPE', k)['ok']
if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', k) end
redis.call('HSET', k, ARGV[1], ARGV[2], 'username', ARGV[3], 'role', ARGV[4], 'last_activity', ARGV[5])
redis.call('EXPIRE', k, 3600)
return ''
";

/// Session, now: its JSON, younger; nothing if it is not there or has been idle for too long.
const TOUCH_SESSION: &str = r"
local k = KEYS[1]
if redis.call('TYPE', k)['ok'] ~= 'hash' then return '' end
local raw = redis.call('HGET', k, ARGV[1])
if not raw then return '' end
local good, entry = pcall(cjson.decode, raw)
local now = tonumber(ARGV[2])
if not good or type(entry) ~= 'table' or type(entry.last_activity) ~= 'number' or now - entry.last_activity >= 3600 then
  redis.call('HDEL', k, ARGV[1])
  return ''
end
if now > entry.last_activity then entry.last_activity = now end
local text = cjson.encode(entry)
redis.call('HSET', k, ARGV[1], text, 'last_activity', string.format('%.0f', entry.last_activity))
redis.call('EXPIRE', k, 3600)
return text
";

/// Session: ended, and with it those beside it that have been idle for too long; the hash goes with the last one.
const END_SESSION: &str = r"
local k = KEYS[1]
if redis.call('TYPE', k)['ok'] ~= 'hash' then return '' end
redis.call('HDEL', k, ARGV[1])
local newest = tonumber(redis.call('HGET', k, 'last_activity') or '0') or 0
local fields, any = redis.call('HGETALL', k), false
for i = 1, #fields, 2 do
  local name = fields[i]
  if name ~= 'username' and name ~= 'role' and name ~= 'last_activity' then
    local good, entry = pcall(cjson.decode, fields[i + 1])
    if good and type(entry) == 'table' and newest - (tonumber(entry.last_activity) or 0) < 3600 then
      any = true
    else
      redis.call('HDEL', k, name)
    end
  end
end
if not any then redis.call('DEL', k) end
return ''
";

/// A script of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Lease,
    Hold,
    Release,
    PutSession,
    TouchSession,
    EndSession,
}

impl Script {
    pub const ALL: [Self; 6] =
        [Self::Lease, Self::Hold, Self::Release, Self::PutSession, Self::TouchSession, Self::EndSession];

    /// What the server runs.
    pub fn text(self) -> String {
        match self {
            // Sixty seconds in `STATE` are `HOLD`.
            Self::Lease => format!("{STATE}{LEASE}"),
            Self::Hold => format!("{STATE}{HOLD}"),
            Self::Release => format!("{STATE}{RELEASE}"),
            Self::PutSession => PUT_SESSION.to_owned(),
            Self::TouchSession => TOUCH_SESSION.to_owned(),
            Self::EndSession => END_SESSION.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::STATE;
    use crate::cache::{HOLD, keys::TAG_TTL};

    #[test]
    fn times_are_those_of_the_program() {
        assert!(STATE.contains(&format!("ms + {}", HOLD.as_millis())));
        assert!(STATE.contains(&format!("'EXPIRE', k, {}", TAG_TTL.as_secs())));
    }
}
