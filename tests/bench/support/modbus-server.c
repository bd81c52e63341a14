/*
 * Debian's libmodbus as a server on loopback: 1000 holding and 1000 input registers, as many connections as come.
 * Says its port; answers each line on its standard input with its figures; ends with its standard input.
 */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned long requests;

static double cpu_ms(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

int main(void)
{
	modbus_t *ctx = modbus_new_tcp("127.0.0.1", 0);
	modbus_mapping_t *map = modbus_mapping_new(0, 0, 1000, 1000);
	if (ctx == NULL || map == NULL) return 1;
	for (int i = 0; i < 1000; i++) map->tab_registers[i] = map->tab_input_registers[i] = (uint16_t)(i * 7);
	int listener = modbus_tcp_listen(ctx, 8);
	if (listener < 0) {
		fprintf(stderr, "%s\n", modbus_strerror(errno));
		return 1;
	}
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	getsockname(listener, (struct sockaddr *)&address, &length);
	printf("{\"ports\":[%d]}\n", ntohs(address.sin_port));
	fflush(stdout);

	fd_set all;
	FD_ZERO(&all);
	FD_SET(listener, &all);
	FD_SET(STDIN_FILENO, &all);
	int highest = listener;
	uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
	for (;;) {
		fd_set ready = all;
		if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) return 1;
		for (int fd = 0; fd <= highest; fd++) {
			if (!FD_ISSET(fd, &ready)) continue;
			if (fd == STDIN_FILENO) {
				char line[64];
				if (read(fd, line, sizeof line) <= 0) return 0;
				printf("{\"requests\":%lu,\"cpuMs\":%.3f}\n", requests, cpu_ms());
				fflush(stdout);
			} else if (fd == listener) {
				int made = accept(listener, NULL, NULL);
				if (made < 0) continue;
				FD_SET(made, &all);
				if (made > highest) highest = made;
			} else {
				modbus_set_socket(ctx, fd);
				int received = modbus_receive(ctx, query);
				if (received > 0) {
					requests++;
					modbus_reply(ctx, query, received, map);
				} else if (received < 0) {
					close(fd);
					FD_CLR(fd, &all);
				}
			}
		}
	}
}
