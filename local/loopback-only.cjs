/**
 * Preloaded into every Node process of `npm run local`: a connection to anywhere but this machine stops the
 * process, so that a mistake here can never reach a real account.
 */
const net = require("node:net");

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  // Node passes [options, callback] in an array from net.connect, and plain arguments from elsewhere.
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === "object" && first !== null ? (first.path ? undefined : first.host) : args[1];
  if (typeof host === "string" && !LOOPBACK.test(host)) {
    process.stderr.write(`error: stopped, because a call would leave this machine: ${host}\n`);
    process.exit(2);
  }
  return connect.apply(this, args);
};
