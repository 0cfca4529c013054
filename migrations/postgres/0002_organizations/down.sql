DROP TABLE organization_names;
DROP TABLE organizations;
