// Required into a worker under test (NODE_OPTIONS): tells for how long its event loop was held at most, and what its
// memory was. EVENT_LOOP_PROBE_FILE gets a line of JSON every second, and one whenever there is a new worst.
const { appendFileSync, readFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const TICK_MS = 5;
const REPORT_MS = 1_000;
const file = process.env.EVENT_LOOP_PROBE_FILE;
const delay = monitorEventLoopDelay({ resolution: TICK_MS });
delay.enable();

let mainThreadMs = cpuOfMainThreadMs();
let longestCpuMs = 0;
// From here on.
process.on('SIGUSR2', () => {
  longestCpuMs = 0;
  delay.reset();
});
let reportAt = performance.now() + REPORT_MS;
setInterval(() => {
  const now = cpuOfMainThreadMs();
  // Between two ticks there is one stretch that held the loop, and little else. Its time on the CPU does not depend on
  // who else the machine works for.
  const stretchCpuMs = now - mainThreadMs;
  mainThreadMs = now;
  const isWorst = stretchCpuMs > longestCpuMs;
  if (isWorst) longestCpuMs = stretchCpuMs;
  if (!isWorst && performance.now() < reportAt) return;
  reportAt = performance.now() + REPORT_MS;
  const { rss, heapUsed } = process.memoryUsage();
  appendFileSync(file, `${JSON.stringify({ longestCpuMs, longestMs: delay.max / 1e6, rss, heapUsed })}\n`);
}, TICK_MS).unref();

function cpuOfMainThreadMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    // Not Linux: of all threads, which is more.
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  }
}
