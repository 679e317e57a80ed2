// Drives an endpoint through RunPod's own JavaScript SDK: node drive.mjs BASE_URL ENDPOINT_ID
// The endpoint must have one worker that takes half a second over a flashpoint and streams an entry for each.
import assert from "node:assert/strict"
import runpodSdk from "runpod-sdk"

const [baseUrl, endpointId] = process.argv.slice(2)
const endpoint = runpodSdk("any-key", { baseUrl }).endpoint(endpointId)
const request = (...ids) => ({
  input: { flashpoints: ids.map(id => ({ id, feeds: [{ text: `The ferry of ${id} sails at noon.` }] })) },
})
const idsOf = output => output.results.map(entry => entry.id)

const sync = await endpoint.runSync(request("a", "b"))
assert.equal(sync.status, "COMPLETED")
assert.equal(sync.succeeded, true)
assert.deepEqual(idsOf(sync.output), ["a", "b"])
console.log("runSync")

const job = await endpoint.run(request("c", "d", "e"))
assert.match(job.id, /^[A-Za-z0-9_-]+$/)
assert.equal(job.status, "IN_QUEUE")
console.log("run")

const streamed = []
for await (const chunk of endpoint.stream(job.id)) streamed.push(chunk.output.id)
assert.deepEqual(streamed, ["c", "d", "e"])
console.log("stream")

const status = await endpoint.status(job.id)
assert.deepEqual([status.status, status.started, status.completed, status.succeeded], ["COMPLETED", true, true, true])
assert.deepEqual(idsOf(status.output), ["c", "d", "e"])
assert.equal(typeof status.delayTime, "number")
assert.equal(typeof status.executionTime, "number")
console.log("status")

const long = await endpoint.run(request(...Array.from({ length: 600 }, (_, i) => `long-${i}`)))
const waiting = [await endpoint.run(request("f")), await endpoint.run(request("g"))]
let health
do health = await endpoint.health()
while (health.jobs.inProgress === 0)
assert.deepEqual([health.jobs.completed, health.jobs.failed, health.jobs.inProgress, health.jobs.inQueue], [2, 0, 1, 2])
assert.deepEqual([health.workers.running, health.workers.throttled], [1, 0])
console.log("health")

assert.deepEqual(await endpoint.purgeQueue(), { removed: 2, status: "completed" })
await assert.rejects(endpoint.status(waiting[0].id), error => error.response.status === 404)
console.log("purgeQueue")

assert.equal((await endpoint.cancel(long.id)).status, "CANCELLED")
assert.equal((await endpoint.status(long.id)).status, "CANCELLED")
console.log("cancel")
