DROP TABLE matching_proposals;
DROP TABLE matching_runs;
