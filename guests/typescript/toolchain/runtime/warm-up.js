//! Work that is done before the image is taken, so that no run has to: the codec compiles its functions.

function warmUp() {
  require('./codec.js');
}

module.exports = { warmUp };
