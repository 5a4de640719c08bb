import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemClass } from '../../errors/problem.js';
import { MOST_CURSOR_CHARACTERS } from '../../lists/list-query.js';
import { problemResponses } from './returns.decorator.js';

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

/**
 * Declares that a route sends server-sent events, and its problems, which it can only return before the stream begins.
 * @param view the `data` of each event
 */
export const ReturnsStream = (view: z.ZodType, ...problems: ProblemClass[]) =>
  applyDecorators(
    ApiExtension('x-stream', true),
    ApiProduces(EVENT_STREAM),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description:
        'The `id` of the last event that you have received. The stream continues after it. Default: the stream begins now.',
      schema: { type: 'string', maxLength: MOST_CURSOR_CHARACTERS },
    }),
    ApiResponse({
      status: 200,
      description: 'The stream. The schema is that of the `data` of each event.',
      standardSchema: view,
    }),
    ...problemResponses(problems),
  );
