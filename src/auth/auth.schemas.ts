import { z } from 'zod';
import { atMost, Count, LEAST_BY_SETTING } from '../platform/schemas/schemas.js';
import { Email, NewEmail, PersonName, UserView } from '../users/users.service.js';

const MOST_PASSWORD_CHARACTERS = 1024;

/** Any non-empty text. */
const Password = atMost(
  z
    .string()
    .min(1)
    .refine((value) => value.isWellFormed(), 'must not contain an unpaired surrogate'),
  MOST_PASSWORD_CHARACTERS,
).meta({ format: 'password', examples: ['correct horse battery staple'] });

/** The deployment sets the minimum length, which is checked when a user chooses a password. */
const NewPassword = Password.meta({
  description:
    'The password. All characters are allowed. The setting PASSWORD_MIN_LENGTH of the deployment sets the minimum length.',
  [LEAST_BY_SETTING]: 'PASSWORD_MIN_LENGTH',
});

/** Examples of a refresh token and of its successor. */
const SENT_TOKEN = 'kq3Xo1mD0mC2Gg3sYH0m2oJk9oOeXkQ0v8mV4m7uY2w';
export const SUCCESSOR = 'p9Zr4tWc1nVb8sLx2yQe7uKd3aHf6gJm0iTo5wRv9Zc';

const Token = atMost(z.string().min(1), 200).meta({ examples: [SENT_TOKEN] });

export const Register = z.strictObject({ email: NewEmail, password: NewPassword, name: PersonName }).meta({
  id: 'Register',
  examples: [{ email: 'ada@example.com', password: 'correct horse battery staple', name: 'Ada Lovelace' }],
});
export type Register = z.infer<typeof Register>;

export const Login = z
  .strictObject({ email: Email, password: Password })
  .meta({ id: 'Login', examples: [{ email: 'ada@example.com', password: 'correct horse battery staple' }] });
export type Login = z.infer<typeof Login>;

export const Refresh = z.strictObject({ refreshToken: Token }).meta({ id: 'Refresh' });
export type Refresh = z.infer<typeof Refresh>;

export const Logout = z
  .strictObject({ refreshToken: Token.optional() })
  .meta({ id: 'Logout', examples: [{ refreshToken: SENT_TOKEN }] });
export type Logout = z.infer<typeof Logout>;

export const ChangePassword = z.strictObject({ currentPassword: Password, newPassword: NewPassword }).meta({
  id: 'ChangePassword',
  examples: [
    { currentPassword: 'correct horse battery staple', newPassword: 'four other words, well mixed' },
  ],
});
export type ChangePassword = z.infer<typeof ChangePassword>;

export const TokensView = z
  .object({
    accessToken: z
      .string()
      .describe('The bearer token for requests to the API.')
      .meta({ examples: ['eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTlhIn0.c2lnbmF0dXJl'] }),
    refreshToken: z
      .string()
      .describe(
        'The token for `POST /api/v1/auth/refresh`. You can use it once; the response contains its successor.',
      )
      .meta({ examples: [SENT_TOKEN] }),
    tokenType: z.literal('Bearer'),
    expiresIn: Count.describe('The lifetime of the access token in seconds.').meta({ examples: [900] }),
    user: UserView,
  })
  .meta({ id: 'Tokens' });
export type TokensView = z.infer<typeof TokensView>;
