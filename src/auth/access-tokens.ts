import { createHash, createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import { secretsSettings } from '../platform/secrets/secrets.settings.js';
import { authSettings } from './auth.settings.js';
import type { Id } from '../platform/schemas/schemas.js';

const TYPE = 'at+jwt';
const CLOCK_LEEWAY_SECONDS = 5;

const Verified = z.object({
  header: z.object({ typ: z.literal(TYPE), alg: z.literal('HS256'), kid: z.string() }),
  payload: z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.int(), iat: z.int() }),
});

/**
 * Access tokens by RFC 9068 and RFC 8725: HS256 fixed by us and never by the
 * header; iss, aud, exp, typ and kid all checked. A token only names its
 * session: what it allows is looked up at each request.
 */
@Injectable()
export class AccessTokens {
  private readonly keyId: string;
  /** A key object: of a string jsonwebtoken tries at each token whether it is a public key. Its types know strings alone. */
  private readonly secret: string;

  constructor(
    private readonly jwt: JwtService,
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    @Inject(secretsSettings.KEY) secrets: ConfigType<typeof secretsSettings>,
  ) {
    this.secret = createSecretKey(Buffer.from(secrets.JWT_SECRET)) as unknown as string;
    this.keyId = createHash('sha256').update(`kid:${secrets.JWT_SECRET}`).digest('base64url').slice(0, 8);
  }

  /** Seconds. */
  get life(): number {
    return this.config.JWT_EXPIRES_IN;
  }

  sign(userId: Id, sessionId: Id): string {
    const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = this.config;
    return this.jwt.sign(
      { sid: sessionId },
      {
        secret: this.secret,
        issuer,
        audience,
        subject: userId,
        expiresIn: this.life,
        algorithm: 'HS256',
        header: { alg: 'HS256', typ: TYPE, kid: this.keyId },
      },
    );
  }

  /** The session that a token names; undefined when anything about it is wrong. */
  read(token: string): { userId: Id; sessionId: Id } | undefined {
    try {
      const verified: unknown = this.jwt.verify(token, {
        secret: this.secret,
        algorithms: ['HS256'],
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        clockTolerance: CLOCK_LEEWAY_SECONDS,
        complete: true,
      });
      const { header, payload } = Verified.parse(verified);
      return header.kid === this.keyId ? { userId: payload.sub, sessionId: payload.sid } : undefined;
    } catch {
      return undefined;
    }
  }
}
