export { directorySource } from './source/directory.js';
