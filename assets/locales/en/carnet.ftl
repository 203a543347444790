# carnet in English. fr/carnet.ftl has the same ids (a test sees to it).

## Refusals and troubles
failure-denied = Your role does not allow this. Ask the administrator of carnet.
failure-internal = A fault in carnet stopped this. Nothing is lost. Give this number to the administrator: { $id }.
