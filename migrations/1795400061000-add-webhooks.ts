import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Classes of the register of writers; the feature that lists the rows names the same numbers. */
const WRITERS = { webhooks: 771_007, deliveries: 771_008 };

/**
 * Webhooks, the messages that are sent to them, the deliveries of a message to a webhook, and their attempts.
 * Source: docs/decisions/0070-webhooks.md.
 */
export class AddWebhooks1795400061000 implements Expand {
  readonly name = 'AddWebhooks1795400061000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhooks (
        id uuid CONSTRAINT webhooks_pkey PRIMARY KEY,
        owner_id uuid CONSTRAINT webhooks_owner_id_fkey REFERENCES users (id) ON DELETE SET NULL,
        url text NOT NULL,
        events text[] NOT NULL,
        description text,
        active boolean NOT NULL DEFAULT true,
        disabled_reason text CONSTRAINT webhooks_disabled_reason_check CHECK (disabled_reason IN ('failing', 'gone')),
        failing_since timestamptz,
        secret text NOT NULL,
        previous_secret text,
        previous_secret_until timestamptz,
        pump_id uuid,
        pump_until timestamptz,
        rest_until timestamptz,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT galley_moment_of_writing(${WRITERS.webhooks}),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX webhooks_created_at_idx ON webhooks (created_at, id)`);
    await runner.query(`CREATE INDEX webhooks_owner_id_idx ON webhooks (owner_id)`);
    await runner.query(`
      CREATE TABLE webhook_messages (
        id uuid CONSTRAINT webhook_messages_pkey PRIMARY KEY,
        event_type text NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX webhook_messages_created_at_idx ON webhook_messages (created_at)`);
    await this.addDeliveries(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_attempts', 'webhook_deliveries', 'webhook_messages', 'webhooks'])
      await runner.query(`DROP TABLE ${table}`);
  }

  private async addDeliveries(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_deliveries (
        id uuid CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
        seq bigserial NOT NULL,
        webhook_id uuid NOT NULL
          CONSTRAINT webhook_deliveries_webhook_id_fkey REFERENCES webhooks (id) ON DELETE CASCADE,
        message_id uuid NOT NULL CONSTRAINT webhook_deliveries_message_id_fkey REFERENCES webhook_messages (id),
        resource text,
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT webhook_deliveries_state_check CHECK (state IN ('pending', 'delivered', 'failed')),
        is_head boolean NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT galley_moment_of_writing(${WRITERS.deliveries})
      )`);
    await runner.query(
      `CREATE INDEX webhook_deliveries_list_idx ON webhook_deliveries (webhook_id, created_at, id)`,
    );
    await runner.query(
      `CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (webhook_id, next_attempt_at, seq)
       WHERE state = 'pending' AND is_head`,
    );
    await runner.query(
      `CREATE INDEX webhook_deliveries_waiting_idx ON webhook_deliveries (webhook_id, resource, seq)
       WHERE state = 'pending'`,
    );
    await runner.query(`CREATE INDEX webhook_deliveries_message_id_idx ON webhook_deliveries (message_id)`);
    await runner.query(`CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at)`);
    await runner.query(`
      CREATE TABLE webhook_attempts (
        delivery_id uuid NOT NULL
          CONSTRAINT webhook_attempts_delivery_id_fkey REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
        number integer NOT NULL,
        at timestamptz NOT NULL,
        status integer,
        duration_ms integer NOT NULL,
        error text,
        response_body text,
        CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number)
      )`);
  }
}
