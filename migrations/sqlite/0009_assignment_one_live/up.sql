-- One live assignment per cadre and role: proposed or in effect. A proposal to replace the one in effect names it and may stand
-- beside it. Proposals that stood in each other's way before are settled first, with their journal rows.

-- A proposal beside a pair in effect, of another mentor, becomes a proposal to replace it.
UPDATE assignments SET
    version = version + 1,
    updated_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000,
    replaces_id = (
        SELECT held.id FROM assignments AS held
        WHERE held.cadre_id = assignments.cadre_id AND held.role = assignments.role AND held.status = 'ACTIVE'
    )
WHERE status = 'PROPOSED' AND EXISTS (
    SELECT 1 FROM assignments AS held
    WHERE held.cadre_id = assignments.cadre_id AND held.role = assignments.role AND held.status = 'ACTIVE'
);
INSERT INTO journal_entries (occurred_at, action, resource_type, resource_id, version, changed_fields, organization_id, cadre_id, actor_type)
SELECT updated_at, 'assignment.updated', 'assignment', id, version, '["replacesId"]', present_organization_id, cadre_id, 'SYSTEM'
FROM assignments WHERE status = 'PROPOSED' AND replaces_id IS NOT NULL ORDER BY id;

-- Of several proposals the latest one stays, and none of the mentor who has the seat.
UPDATE assignments SET
    version = version + 1,
    updated_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000,
    status = 'CANCELLED',
    end_reason = 'OTHER'
WHERE status = 'PROPOSED' AND (
    EXISTS (
        SELECT 1 FROM assignments AS later
        WHERE later.cadre_id = assignments.cadre_id AND later.role = assignments.role AND later.status = 'PROPOSED'
            AND later.id > assignments.id
    )
    OR EXISTS (SELECT 1 FROM assignments AS held WHERE held.id = assignments.replaces_id AND held.mentor_id = assignments.mentor_id)
);
INSERT INTO journal_entries (occurred_at, action, resource_type, resource_id, version, changed_fields, organization_id, cadre_id, actor_type)
SELECT updated_at, 'assignment.cancelled', 'assignment', id, version, '["status","endReason"]', present_organization_id, cadre_id, 'SYSTEM'
FROM assignments
WHERE status = 'CANCELLED' AND NOT EXISTS (
    SELECT 1 FROM journal_entries
    WHERE journal_entries.resource_id = assignments.id AND journal_entries.action = 'assignment.cancelled'
) ORDER BY id;
INSERT INTO journal_pending (entry_id)
SELECT id FROM journal_entries
WHERE actor_type = 'SYSTEM' AND resource_type = 'assignment' AND actor_id IS NULL AND request_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journal_seals WHERE journal_seals.entry_id = journal_entries.id)
    AND NOT EXISTS (SELECT 1 FROM journal_pending WHERE journal_pending.entry_id = journal_entries.id);

DROP INDEX assignments_one_active;
CREATE UNIQUE INDEX assignments_one_live ON assignments (cadre_id, role)
    WHERE status = 'ACTIVE' OR (status = 'PROPOSED' AND replaces_id IS NULL);
CREATE UNIQUE INDEX assignments_one_proposed ON assignments (cadre_id, role) WHERE status = 'PROPOSED';
