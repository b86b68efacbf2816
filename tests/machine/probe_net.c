// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that talk: to the service manager, over TCP, over abstract sockets.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe.h"

// sockaddr_un of a path or, with a leading '@', of an abstract name. Returns its length.
static socklen_t unix_address(struct sockaddr_un* address, const char* name) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    size_t length = strnlen(name, sizeof address->sun_path - 1);
    memcpy(address->sun_path, name, length);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    else
        length++;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static void wait_until_heard(int fd, struct sockaddr_un* address, socklen_t length) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    struct iovec text = {.iov_base = "BARRIER=1", .iov_len = 9};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr message = {.msg_name = address,
                             .msg_namelen = length,
                             .msg_iov = &text,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &ends[1], sizeof(int));
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    close(ends[1]);
    struct pollfd hangup = {.fd = ends[0]};
    if (sent >= 0)
        poll(&hangup, 1, 5000);
    close(ends[0]);
}

static int send_notification(const char* text) {
    const char* path = getenv("NOTIFY_SOCKET");
    if (!path) {
        fputs("probe: notify: NOTIFY_SOCKET is not set\n", stderr);
        return 1;
    }
    struct sockaddr_un address;
    socklen_t length = unix_address(&address, path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return failed("notify", "socket");
    ssize_t sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr*)&address, length);
    int status = sent < 0 ? failed("notify", path) : 0;
    // systemd must find the sender alive (sd_notify_barrier(3)).
    if (sent >= 0)
        wait_until_heard(fd, &address, length);
    close(fd);
    return status;
}

static int net_ready(int count, char** arguments) {
    char text[4096] = "READY=1";
    if (count)
        snprintf(text, sizeof text, "READY=1\nSTATUS=%s", arguments[0]);
    return send_notification(text);
}

static int net_notify(int count, char** arguments) {
    char text[4096];
    size_t length = 0;
    for (int i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i ? "\n" : "",
                                   arguments[i]);
    return send_notification(text);
}

static void answer(int fd) {
    static const char reply[] =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n"
        "Connection: close\r\n\r\nhello from probe\n";
    char request[4096];
    // What it asks for does not matter, but unread bytes would turn the close into a reset.
    if (recv(fd, request, sizeof request, 0) >= 0)
        (void)!send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL);
    close(fd);
}

static int listening_socket(const char* port) {
    // The first socket that systemd passes, sd_listen_fds(3).
    if (strcmp(port, "fd") == 0)
        return 3;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                   .sin6_port = htons((in_port_t)number(port))};
    struct sockaddr_in address4 = {.sin_family = AF_INET,
                                   .sin_port = htons((in_port_t)number(port))};
    int both = 0, yes = 1;
    int six = fd >= 0;
    if (!six)
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof both);
    int bound = six ? bind(fd, (struct sockaddr*)&address, sizeof address)
                    : bind(fd, (struct sockaddr*)&address4, sizeof address4);
    return bound < 0 || listen(fd, 128) < 0 ? -1 : fd;
}

static int net_listen(int count, char** arguments) {
    (void)count;
    int fd = listening_socket(arguments[0]);
    if (fd < 0)
        return failed("listen", arguments[0]);
    printf("listening %s\n", arguments[0]);
    for (;;) {
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            answer(client);
        else if (errno != EINTR && errno != ECONNABORTED)
            return failed("listen", arguments[0]);
    }
}

static void print_connection(const char* verb, const char* target, int result) {
    printf("%s %s %s\n", verb, target, result < 0 ? errno_name(errno) : "connected");
}

static int net_connect(int count, char** arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((in_port_t)number(arguments[0]))};
    const char* host = count > 1 ? arguments[1] : "127.0.0.1";
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "probe: connect: not an IPv4 address: %s\n", host);
        return 2;
    }
    struct timeval patience = {.tv_sec = 5};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int result = fd < 0 ? -1 : connect(fd, (struct sockaddr*)&address, sizeof address);
    print_connection("connect", arguments[0], result);
    if (result < 0)
        return 0;
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    char reply[4096];
    (void)!send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
    for (ssize_t got; (got = recv(fd, reply, sizeof reply, 0)) > 0;)
        fwrite(reply, 1, (size_t)got, stdout);
    close(fd);
    return 0;
}

static int abstract_socket(const char* name, struct sockaddr_un* address, socklen_t* length) {
    char marked[sizeof address->sun_path];
    snprintf(marked, sizeof marked, "@%s", name);
    *length = unix_address(address, marked);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int net_abstract(int count, char** arguments) {
    (void)count;
    struct sockaddr_un address;
    socklen_t length;
    int fd = abstract_socket(arguments[0], &address, &length);
    int result = fd < 0 ? -1 : connect(fd, (struct sockaddr*)&address, length);
    print_connection("abstract", arguments[0], result);
    if (fd >= 0)
        close(fd);
    return 0;
}

static int net_abstract_listen(int count, char** arguments) {
    (void)count;
    struct sockaddr_un address;
    socklen_t length;
    // Stays open for as long as the program lives: nobody needs to accept for a connect to succeed.
    int fd = abstract_socket(arguments[0], &address, &length);
    if (fd < 0 || bind(fd, (struct sockaddr*)&address, length) < 0 || listen(fd, 128) < 0)
        return failed("abstract-listen", arguments[0]);
    return 0;
}

const struct verb net_verbs[] = {
    {"ready", "[STATUS]", "READY=1 to $NOTIFY_SOCKET", 0, 1, net_ready},
    {"notify", "TEXT...", "each a line of one message to $NOTIFY_SOCKET", 1, MAX_ARGUMENTS,
     net_notify},
    {"listen", "PORT|fd", "answer HTTP, on a port or on the socket that systemd passes", 1, 1,
     net_listen},
    {"connect", "PORT [ADDRESS]", "try to connect and print the answer; never fails", 1, 2,
     net_connect},
    {"abstract", "NAME", "try to connect to an abstract socket; never fails", 1, 1, net_abstract},
    {"abstract-listen", "NAME", "listen there and go on", 1, 1, net_abstract_listen},
    {0},
};
