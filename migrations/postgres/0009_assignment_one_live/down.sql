DROP INDEX assignments_one_proposed;
DROP INDEX assignments_one_live;
CREATE UNIQUE INDEX assignments_one_active ON assignments (cadre_id, role) WHERE status = 'ACTIVE';
