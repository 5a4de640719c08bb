import { Entity, PrimaryColumn } from 'typeorm';

/** An entry that waits for its seal. The row is written with the entry, and deleted with the seal. */
@Entity('audit_unsealed')
export class AuditUnsealed {
  @PrimaryColumn('uuid', { name: 'entry_id', primaryKeyConstraintName: 'audit_unsealed_pkey' })
  entryId!: string;
}
