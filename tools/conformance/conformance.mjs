// The built suites; npm run conformance builds first.
import './dist/main.js';
