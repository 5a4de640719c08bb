import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemClass } from '../../errors/problem.js';
import { problemResponses } from './returns.decorator.js';

/**
 * Declares that a route sends a document whose format another specification defines, and its problems. It is limited and has
 * an ETag like a read of the API.
 * @param type the media type, without parameters
 */
export const ReturnsDocument = (type: string, view: z.ZodType, ...problems: ProblemClass[]) =>
  applyDecorators(
    ApiExtension('x-document', true),
    ApiProduces(type),
    ApiResponse({ status: 200, description: 'The document.', standardSchema: view }),
    ...problemResponses(problems),
  );
