// Sends pings with the fetch of Node, and prints how often each status came.
const [url, count] = process.argv.slice(2);
const statuses = {};
for (let number = 0; number < Number(count); number += 10) {
  await Promise.all(Array.from({ length: 10 }, async (_, k) => {
    const now = Date.now();
    const event = (typ, eat, vti, pau) => ({ typ, eat, vti, pau, vwi: 640, vhe: 360 });
    const answer = await fetch(`${url}/watch`, {
      method: "POST",
      body: JSON.stringify({
        sat: now, sid: "s", pid: `node-${number + k}`, mid: "node", ref: "", ver: "1",
        eve: [event(2, now - 6000, 0, false), event(4, now, 6, false)],
      }),
    });
    await answer.arrayBuffer();
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  }));
}
console.log(JSON.stringify(statuses));
