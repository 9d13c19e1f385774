-- Who has orders of a sale, without a look through all orders there ever were. Beside the running shop: nothing waits for it.

DROP INDEX CONCURRENTLY IF EXISTS orders_one_per_turn_of_sale;
CREATE UNIQUE INDEX CONCURRENTLY orders_one_per_turn_of_sale ON orders (sale, buyer, turn);
