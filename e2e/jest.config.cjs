// One system at a time: each is a dozen processes.
module.exports = { ...require('../jest.preset.cjs'), maxWorkers: 1 };
