-- A host who starts a sale again because the answer was lost starts it once.
CREATE UNIQUE INDEX sale_act_one_start_per_key ON sale_act (who, key) WHERE act = 'start' AND key IS NOT NULL;
