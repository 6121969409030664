const { TestEnvironment } = require("jest-environment-node");

/**
 * Errors of Node's own modules (a connection that breaks, say) are instances of the tests' `Error`, as they are where no
 * jest is around: the AWS SDK asks for that, and wraps what is not.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.Error = Error;
  }
};
