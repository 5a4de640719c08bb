#!/usr/bin/env node
import './node-version.js';
import { keepYoungGenerationSmall } from './start-heap.js';

keepYoungGenerationSmall();

await import('./cli/program.js');
