/*
 * The field of many skids, as light as it can be: one port a skid, Modbus TCP functions 3, 4, 6 and 16, no library.
 *
 * Its first argument is how many skids, its second a file of two times 1024 big-endian words: the input registers as they
 * begin, and for each the bits that change with every cycle. A cycle is what lies between two reads of register 0.
 * A skid follows its request word as a field controller does: its step (input 1) goes up with it, and back to 0 by a reset
 * pulse; the measures asked for (holding 4) are held (input 6).
 *
 * Says its ports; answers the line `figures` on its standard input with its figures; ends with its standard input. The line
 * `flip SKID REQUEST ADDRESS WORD...` (words in hexadecimal) sets input registers of a skid at once and has no answer of its own:
 * when the skid's request word is next written with REQUEST, it says how long that took, to its arrival, by CLOCK_MONOTONIC.
 * Of a skid that is in that step already, it says null at once and sets nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { registers = 1024, most = 260, listening = 1, talking = 2, told = 3 };

struct skid {
	uint16_t holding[registers], own[registers];
	uint8_t is_own[registers];
	uint16_t cycle, awaited;
	double flipped_at;
};
struct peer { int kind; int fd; struct skid *skid; size_t length; uint8_t bytes[4 * most]; };

static uint16_t image[registers], moving[registers];
static unsigned long reads, writes, exceptions;
static struct skid *all;
static int skids_in_all;
static double arrived_at;

static double cpu_ms(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void set_own(struct skid *skid, uint16_t at, uint16_t word)
{
	skid->own[at] = word;
	skid->is_own[at] = 1;
}

static uint16_t word_at(const uint8_t *bytes) { return (uint16_t)(bytes[0] << 8 | bytes[1]); }
static void put_word(uint8_t *bytes, uint16_t word) { bytes[0] = word >> 8; bytes[1] = word & 0xff; }

static uint16_t input_of(const struct skid *skid, int at)
{
	return skid->is_own[at] ? skid->own[at] : image[at] ^ (moving[at] & skid->cycle);
}

/* As a field controller: upwards by the request, back by a rising reset pulse while nothing is asked. */
static void follow(struct skid *skid, uint16_t pulse_before)
{
	uint16_t request = skid->holding[1];
	if (request > input_of(skid, 1)) set_own(skid, 1, request);
	if (pulse_before == 0 && skid->holding[2] != 0 && request == 0) set_own(skid, 1, 0);
	set_own(skid, 6, skid->holding[4]);
}

/* Answers the PDU in `ask` with one in `say`; both without the unit. Returns the length of the answer. */
static size_t answer(struct skid *skid, const uint8_t *ask, size_t length, uint8_t *say)
{
	uint8_t code = ask[0], fault = 1;
	uint16_t at = length >= 5 ? word_at(ask + 1) : 0, count = length >= 5 ? word_at(ask + 3) : 0;
	say[0] = code;
	if (length < 5) {
		fault = 3;
	} else if (code == 3 || code == 4) {
		if (count >= 1 && count <= 125 && at + count <= registers) {
			reads++;
			if (code == 4 && at == 0) skid->cycle++;
			say[1] = 2 * count;
			for (uint16_t i = 0; i < count; i++)
				put_word(say + 2 + 2 * i, code == 3 ? skid->holding[at + i] : input_of(skid, at + i));
			return 2 + 2 * count;
		}
		fault = 2;
	} else if (code == 6 || code == 16) {
		uint16_t words = code == 6 ? 1 : count;
		if (at + words <= registers && (code == 6 || (words <= 123 && length == 6u + 2 * words))) {
			writes++;
			uint16_t pulse_before = skid->holding[2];
			for (uint16_t i = 0; i < words; i++) skid->holding[at + i] = word_at(code == 6 ? ask + 3 : ask + 6 + 2 * i);
			follow(skid, pulse_before);
			if (skid->awaited != 0 && at <= 1 && 1 < at + words && skid->holding[1] == skid->awaited) {
				printf("{\"skid\":%ld,\"ms\":%.3f}\n", (long)(skid - all), arrived_at - skid->flipped_at);
				fflush(stdout);
				skid->awaited = 0;
			}
			memcpy(say + 1, ask + 1, 4);
			return 5;
		}
		fault = 2;
	}
	exceptions++;
	say[0] = code | 0x80;
	say[1] = fault;
	return 2;
}

/* Returns 0 where the connection is to be closed. */
static int serve(struct peer *peer)
{
	ssize_t got = recv(peer->fd, peer->bytes + peer->length, sizeof peer->bytes - peer->length, 0);
	arrived_at = now_ms();
	if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
	peer->length += (size_t)got;
	size_t from = 0;
	while (peer->length - from >= 8) {
		const uint8_t *frame = peer->bytes + from;
		size_t length = word_at(frame + 4);
		if (word_at(frame + 2) != 0 || length < 2 || length > 254) return 0;
		if (peer->length - from < 6 + length) break;
		uint8_t out[most];
		memcpy(out, frame, 7);
		size_t said = answer(peer->skid, frame + 7, length - 1, out + 7);
		put_word(out + 4, (uint16_t)(said + 1));
		if (send(peer->fd, out, 7 + said, MSG_NOSIGNAL) < 0) return 0;
		from += 6 + length;
	}
	memmove(peer->bytes, peer->bytes + from, peer->length - from);
	peer->length -= from;
	return 1;
}

static struct peer *watch(int epoll, int kind, int fd, struct skid *skid)
{
	struct peer *peer = calloc(1, sizeof *peer);
	if (peer == NULL) exit(1);
	peer->kind = kind;
	peer->fd = fd;
	peer->skid = skid;
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	return peer;
}

static void load(const char *path)
{
	uint8_t bytes[4 * registers];
	FILE *file = fopen(path, "rb");
	if (file == NULL || fread(bytes, 1, sizeof bytes, file) != sizeof bytes) {
		fprintf(stderr, "%s: not a file of %d words\n", path, 2 * registers);
		exit(1);
	}
	fclose(file);
	for (int i = 0; i < registers; i++) {
		image[i] = word_at(bytes + 2 * i);
		moving[i] = word_at(bytes + 2 * (registers + i));
	}
}

/* `SKID REQUEST ADDRESS WORD...` */
static void flip(const char *text)
{
	char *rest;
	long number = strtol(text, &rest, 10), request = strtol(rest, &rest, 10), at = strtol(rest, &rest, 10);
	if (number < 0 || number >= skids_in_all || at < 0) return;
	struct skid *skid = &all[number];
	if (input_of(skid, 1) >= request) {
		printf("{\"skid\":%ld,\"ms\":null}\n", number);
		fflush(stdout);
		return;
	}
	while (at < registers) {
		char *end;
		long word = strtol(rest, &end, 16);
		if (end == rest) break;
		set_own(skid, (uint16_t)at++, (uint16_t)word);
		rest = end;
	}
	skid->awaited = (uint16_t)request;
	skid->flipped_at = now_ms();
}

int main(int argc, char **argv)
{
	if (argc != 3) return 2;
	int count = atoi(argv[1]), epoll = epoll_create1(0);
	load(argv[2]);
	struct skid *skids = calloc((size_t)count, sizeof *skids);
	if (skids == NULL) return 1;
	all = skids;
	skids_in_all = count;
	printf("{\"ports\":[");
	for (int i = 0; i < count; i++) {
		struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		socklen_t length = sizeof address;
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 4) < 0) return 1;
		getsockname(fd, (struct sockaddr *)&address, &length);
		printf("%s%d", i == 0 ? "" : ",", ntohs(address.sin_port));
		watch(epoll, listening, fd, &skids[i]);
	}
	printf("]}\n");
	fflush(stdout);
	watch(epoll, told, STDIN_FILENO, NULL);
	for (;;) {
		struct epoll_event events[64];
		int ready = epoll_wait(epoll, events, 64, -1);
		for (int i = 0; i < ready; i++) {
			struct peer *peer = events[i].data.ptr;
			if (peer->kind == listening) {
				int fd = accept(peer->fd, NULL, NULL), on = 1;
				if (fd < 0) continue;
				setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
				watch(epoll, talking, fd, peer->skid);
			} else if (peer->kind == talking) {
				if (serve(peer)) continue;
				close(peer->fd);
				free(peer);
			} else {
				char line[256];
				ssize_t got = read(peer->fd, line, sizeof line - 1);
				if (got <= 0) return 0;
				line[got] = '\0';
				if (strncmp(line, "flip ", 5) == 0) {
					flip(line + 5);
					continue;
				}
				printf("{\"reads\":%lu,\"writes\":%lu,\"exceptions\":%lu,\"cpuMs\":%.3f}\n", reads, writes, exceptions, cpu_ms());
				fflush(stdout);
			}
		}
	}
}
