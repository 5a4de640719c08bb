import { Module } from '@nestjs/common';
import { KeyRotation } from './key-rotation.js';
import { Seals } from './seals.js';

@Module({ providers: [KeyRotation, Seals], exports: [KeyRotation, Seals] })
export class SecretsModule {}
