package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** Asks for a shelf to be filled. Where a delivery to it is open already, asking again changes nothing. */
@FunctionalInterface
public interface Restocking {
    Future<?> request(SqlConnection transaction, Id<Shelf> shelf, Place place);
}
