export { type JsonValue } from './json/json-value.js';
export { type ParseJsonOptions, parseJson } from './json/parse-json.js';
export { stringifyJson } from './json/stringify-json.js';
