// What takes minutes: the long property runs, the matrices with real Terraform, every mutant of the offline AWS.
module.exports = { ...require("./jest.config.js"), testMatch: ["**/*.long.ts"], testTimeout: 3_600_000 };
