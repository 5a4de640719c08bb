import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import { Renderer } from '../platform/content/renderer.js';
import { FileTooLarge, NoRoomForFile, UploadTooSlow } from '../platform/errors/body-problems.js';
import { Allow } from '../platform/http/access/access.js';
import { whenClientLeaves } from '../platform/http/bodies/client-leaves.js';
import { FileBody, UploadedFile } from '../platform/http/bodies/file-body.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import type { SpooledFile } from '../platform/http/bodies/spooled-file.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { IMPORTS } from './import.access.js';
import { ImportFileError, ImportRefused } from './import.errors.js';
import { hintsOf } from './import-hints.js';
import { ImportQuery, ImportReportView } from './import.schemas.js';
import { ImportService } from './import.service.js';
import { linkTemplates } from './link-templates.js';
import { inTurns } from './reading/in-turns.js';
import { readBeside } from './reading/read-beside.js';

@ApiTags('posts')
@Controller('posts')
export class ImportController {
  constructor(
    private readonly imports: ImportService,
    private readonly renderer: Renderer,
  ) {}

  @Summary(
    'Import a WordPress, Ghost or Galley export',
    'Imports the whole file, or nothing. Items from an earlier import stay as they are. The request body is the file ' +
      'itself and has at most UPLOAD_MAX_SIZE bytes; the command `galley import` accepts files of any size. If the client ' +
      'closes the connection, the server cancels the import. If the request has an Idempotency-Key, the import continues, ' +
      'and a repeat of the same request returns its result later.',
  )
  @Post('import')
  @Allow(IMPORTS.run)
  @Replayable()
  @FileBody({
    types: [
      'application/octet-stream',
      'application/xml',
      'text/xml',
      'application/json',
      'application/x-ndjson',
    ],
    otherwise:
      'Import the file with the command `galley import <file>` on the server, which accepts files of any size.',
  })
  @Audited('import.completed', 'user.imported')
  @Returns(200, ImportReportView, ImportRefused, BodyTooComplex, UploadTooSlow, FileTooLarge, NoRoomForFile)
  async importPosts(
    @Query({ schema: ImportQuery }) { format, strict, site, postLinks, pageLinks, dryRun }: ImportQuery,
    @UploadedFile() file: SpooledFile,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReportView> {
    const signal = comesBack(request) ? undefined : whenClientLeaves(reply, new ImportFileError(LEFT));
    try {
      const report = await this.imports.run(() => file.read(), {
        format,
        strict,
        site,
        dryRun,
        links: linkTemplates(postLinks, pageLinks),
        signal,
        rendering: inTurns(this.renderer),
        reading: (options) => readBeside({ ...options, descriptor: file.descriptor }, { signal }),
      });
      return { ...report, hints: hintsOf(report, { format: report.format, site, postLinks, pageLinks }) };
    } catch (error) {
      throw error instanceof ImportFileError ? new ImportRefused(error) : error;
    }
  }
}

const LEFT = 'the client closed the connection';

/** Tells whether the client sent a key, because it can then request the response again. */
const comesBack = ({ headers }: FastifyRequest) => headers['idempotency-key'] !== undefined;
