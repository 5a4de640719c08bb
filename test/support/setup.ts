// Nest is ESM and some of its packages are CommonJS: loaded first, they find it ready.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
