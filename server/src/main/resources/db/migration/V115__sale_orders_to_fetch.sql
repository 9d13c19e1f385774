-- Orders of flash sales that nobody brings are among those that a counter has to do. Beside the running shop: nothing waits
-- for it.

DROP INDEX CONCURRENTLY IF EXISTS orders_of_sales_to_fetch;
CREATE INDEX CONCURRENTLY orders_of_sales_to_fetch ON orders (id) WHERE sale IS NOT NULL AND stage IN ('paid', 'ready');
