// An HTTP server for tests, on the loopback.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace reckon::testing_support {

// Answers each connection with the next of the given responses, and keeps the requests.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> responses) : responses_(std::move(responses)), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(socket_, 4), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    origin_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  // Waits until all responses are sent.
  ~ScriptedServer() {
    thread_.join();
    close(socket_);
  }
  std::string url(const std::string& path) const { return origin_ + path; }
  std::vector<std::string> requests;  // read them when all responses have come

 private:
  void serve() {
    for (const std::string& response : responses_) {
      const int connection = accept(socket_, nullptr, nullptr);
      requests.push_back(read_request(connection));
      EXPECT_EQ(send(connection, response.data(), response.size(), MSG_NOSIGNAL), static_cast<ssize_t>(response.size()));
      close(connection);
    }
  }
  // Headers, and the body that they announce.
  static std::string read_request(int connection) {
    std::string request;
    char buffer[4096];
    while (!is_whole(request)) {
      const ssize_t count = read(connection, buffer, sizeof buffer);
      if (count <= 0) break;
      request.append(buffer, static_cast<std::size_t>(count));
    }
    return request;
  }
  static bool is_whole(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    return length > end || request.size() >= end + 4 + std::stoul(request.substr(length + 16));
  }

  std::vector<std::string> responses_;
  int socket_;
  std::string origin_;
  std::thread thread_;
};

}  // namespace reckon::testing_support
