DROP TABLE phase_templates;
