-- The last day on which the host's side sees a posting, and the person as a guest; null while it is to begin or runs.
ALTER TABLE postings ADD COLUMN guest_until TEXT;
-- 30 days from the end; of a secondment that its host appraises 213. What never began is shown no longer.
UPDATE postings SET guest_until = date(ends_on, CASE
    WHEN arrangement = 'SECONDMENT' AND host_organization_id IS NOT NULL AND julianday(ends_on) - julianday(starts_on) >= 182
    THEN '+213 days' ELSE '+30 days' END)
WHERE status IN ('FINISHED', 'RECALLED');
UPDATE postings SET guest_until = date('now', '-1 day') WHERE status = 'CANCELLED';
