module.exports = {
  ...require('../../jest.preset.cjs'),
  // Each file of integration tests has servers of its own and mostly waits for them: for sessions to expire, for
  // timeouts to pass. So they run beside each other, whatever the number of cores.
  maxWorkers: 4,
};
