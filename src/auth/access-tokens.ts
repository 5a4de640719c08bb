import { createHash, createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
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

/** What an access token says. */
interface NamedSession {
  userId: Id;
  sessionId: Id;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Access tokens according to RFC 9068 and RFC 8725. The algorithm is always HS256, regardless of the header, and
 * iss, aud, exp, typ and kid are all checked. A token only identifies its session; each request reads what the
 * session permits.
 */
@Injectable()
export class AccessTokens {
  private readonly keyId: string;
  /**
   * A key object. With a string, jsonwebtoken checks for each token whether the string is a public key. Its types
   * support only strings.
   */
  private readonly secret: string;

  constructor(
    private readonly jwt: JwtService,
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    @Inject(secretsSettings.KEY) secrets: ConfigType<typeof secretsSettings>,
  ) {
    this.secret = createSecretKey(Buffer.from(secrets.JWT_SECRET)) as unknown as string;
    this.keyId = createHash('sha256').update(`kid:${secrets.JWT_SECRET}`).digest('base64url').slice(0, 8);
  }

  /** The lifetime in seconds. */
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

  /** Returns the session that a token identifies, or undefined if any part of the token is invalid. */
  read(token: string): NamedSession | undefined {
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
      if (header.kid !== this.keyId) return undefined;
      return { userId: payload.sub, sessionId: payload.sid, expiresAt: payload.exp * 1000 };
    } catch {
      return undefined;
    }
  }
}
