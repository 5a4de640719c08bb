import { publish } from './publish.js';

const [url, tag] = process.argv.slice(2) as [string, string];
console.log(JSON.stringify(await publish(url, tag)));
