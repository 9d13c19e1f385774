package io.jishi.flashsales;

import io.jishi.core.Hashes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The order of those who came before the start: tickets 1 to {@code count}, sorted by the SHA-256 of
 * {@code seed:count:ticket}. Anybody who is told seed and count can compute his own place, and that the seed is the one
 * that was promised; the count is part of it so that nobody who knows the seed knows beforehand which ticket is a good
 * one. Two arrays of four bytes a ticket, the same on every node; nothing is written.
 */
final class Draw {
    private final int[] placeOfTicket;
    private final int[] ticketAtPlace;

    private Draw(int[] placeOfTicket, int[] ticketAtPlace) {
        this.placeOfTicket = placeOfTicket;
        this.ticketAtPlace = ticketAtPlace;
    }

    /** Takes some tenths of a microsecond a ticket: not for an event loop where there are many. */
    static Draw of(String seed, int count) {
        long[] hashes = new long[count];
        for (int ticket = 1; ticket <= count; ticket++) {
            hashes[ticket - 1] = hash(seed + ":" + count + ":" + ticket);
        }
        long[] sorted = hashes.clone();
        Arrays.sort(sorted);
        int[] places = new int[count];
        int[] tickets = new int[count];
        for (int ticket = 1; ticket <= count; ticket++) {
            int place = Arrays.binarySearch(sorted, hashes[ticket - 1]);
            while (place > 0 && sorted[place - 1] == sorted[place]) {
                place--;
            }
            // of equal hashes the smaller ticket comes first
            while (tickets[place] != 0) {
                place++;
            }
            tickets[place] = ticket;
            places[ticket - 1] = place + 1;
        }
        return new Draw(places, tickets);
    }

    /** The first eight bytes, so that the order of signed numbers is that of the hashes in hexadecimal. */
    private static long hash(String text) {
        return ByteBuffer.wrap(Hashes.sha256(text)).getLong() ^ Long.MIN_VALUE;
    }

    int count() {
        return placeOfTicket.length;
    }

    /** Who came after the start has the place of the ticket. */
    int place(int ticket) {
        return ticket <= placeOfTicket.length ? placeOfTicket[ticket - 1] : ticket;
    }

    int ticket(int place) {
        return place <= ticketAtPlace.length ? ticketAtPlace[place - 1] : place;
    }
}
