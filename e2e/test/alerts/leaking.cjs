// Required into the workers (NODE_OPTIONS): one that gets SIGUSR2 holds more and more memory from then on, as one that leaks
// does, and gives nothing back until it ends.
const HELD_MB = 400;
const STEP_MB = 10;
const STEP_MS = 50;
const held = [];

process.on('SIGUSR2', () => {
  const leaking = setInterval(() => {
    // Filled: memory that nobody has written to is not held yet.
    held.push(Buffer.alloc(STEP_MB * 2 ** 20, 1));
    if (held.length * STEP_MB >= HELD_MB) clearInterval(leaking);
  }, STEP_MS).unref();
});
