-- The last day on which the host's side sees a posting, and the person as a guest; null while it is to begin or runs.
ALTER TABLE postings ADD COLUMN guest_until DATE;
-- 30 days from the end; of a secondment that its host appraises 213. What never began is shown no longer.
UPDATE postings SET guest_until = ends_on + CASE
    WHEN arrangement = 'SECONDMENT' AND host_organization_id IS NOT NULL AND ends_on - starts_on >= 182
    THEN 213 ELSE 30 END
WHERE status IN ('FINISHED', 'RECALLED');
UPDATE postings SET guest_until = CURRENT_DATE - 1 WHERE status = 'CANCELLED';
