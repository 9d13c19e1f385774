/**
 * What buyers want after the delivery: returns, exchanges, complaints, with evidence and deadlines. Owns the tables
 * {@code aftersales_case}, {@code aftersales_step} and {@code aftersales_evidence}; uses the kernel, the orders, whose
 * money goes back or on to another order, the catalogue, whose stock takes the goods back, and of the accounts only the
 * kind of id.
 *
 * <p>A case is for units of one line of an order. Every step is one compare-and-set on its stage, in a transaction that
 * holds the order first and then the case, with what follows from it (money, stock, the event in the orders' outbox) in
 * the same one. Each stage that waits for somebody has a deadline, judged by the database's clock, after which the next
 * step happens by itself. What may follow what is {@code CaseRules}, and nowhere else.
 */
@NullMarked
@Uses({"accounts", "catalog", "orders"})
package io.jishi.aftersales;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
