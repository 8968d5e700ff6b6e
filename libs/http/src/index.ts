export { createHttpApp } from './http-app.js';
export type { HttpApp, HttpAppOptions } from './http-app.js';
export { Problem, problem, schemaProblem } from './problem.js';
export type { ProblemDocument, ProblemError } from './problem.js';
export { traceIdOfRequest } from './problem.filter.js';
