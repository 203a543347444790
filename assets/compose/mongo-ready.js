// Run by mongo-ready.sh. Each step is done once and checked each time.
const root = process.env.MONGO_ROOT;
const carnet = process.env.MONGO_CARNET;
const admin = db.getSiblingDB("admin");

function attempt(step) {
  try { return step(); } catch (error) { return { failed: error.codeName || String(error) }; }
}

// 1. The set. Before there are accounts the server lets its own machine do this without one.
if (!admin.hello().setName) {
  attempt(() => rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] }));
}
if (!admin.hello().isWritablePrimary) quit(1);

// 2. The administrator's account: the first one may be made by the machine itself.
if (attempt(() => admin.auth("root", root)).failed) {
  attempt(() => admin.createUser({ user: "root", pwd: root, roles: ["root"] }));
  if (attempt(() => admin.auth("root", root)).failed) quit(1);
}

// 3. carnet's account: what it needs, in its own database. For another school (--school kati) add its database:
//    db.getSiblingDB("admin").grantRolesToUser("carnet", [{ role: "readWrite", db: "carnet_kati" }])
if (!admin.getUser("carnet")) {
  admin.createUser({ user: "carnet", pwd: carnet, roles: [{ role: "readWrite", db: "carnet" }] });
}
quit(0);
