-- Payments that providers are still deciding about.

ALTER TABLE payment ADD COLUMN reference text;
CREATE INDEX payment_started ON payment (retry_at) WHERE stage = 'started';
COMMENT ON COLUMN payment.reference IS 'How the provider names the payment, where its calls need that.';
COMMENT ON COLUMN payment.retry_at IS 'When the provider is asked again what became of the payment, or for a refund that is still under way.';
