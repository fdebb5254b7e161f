import Foundation
import HTTPTypes
import Reactor
import Testing

@testable import HTTP

@Suite struct HTTPServerTests {
    @Test func refusesMalformedRequestsOnTheWire() async throws {
        try await withServer { server in
            for request in MalformedRequest.all {
                let answer = try await exchange(request.bytes, port: server.port)
                if request.bytes.starts(with: Array("POST /echo".utf8)) {
                    // The handler reads the broken body and answers itself; the connection ends all the same.
                    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(request.name): \(answer)")
                } else {
                    #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(request.name): \(answer)")
                }
                #expect(answer.contains("\r\nConnection: close\r\n"), "\(request.name)")
                #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(request.name): \(answer)")
            }
        }
    }

    @Test func answersPipelinedRequestsInTheirOrder() async throws {
        try await withServer { server in
            let answer = try await exchange(
                Array(
                    ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                        + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                        + "POST /ignore HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                        + "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                        + "GET /info HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n").utf8),
                port: server.port)
            let bodies = answer.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
                .map { $0.components(separatedBy: "\r\n\r\n").last ?? "" }
            #expect(bodies == ["one", "hello", "ignored", "", "HTTP/1.1 GET last"])
        }
    }

    @Test func answersHTTP10() async throws {
        try await withServer { server in
            let plain = try await exchange(Array("GET /info HTTP/1.0\r\n\r\n".utf8), port: server.port)
            #expect(plain.hasSuffix("\r\n\r\nHTTP/1.0 GET -"))
            #expect(plain.contains("Connection: close\r\n"))
            let streamed = try await exchange(
                Array("POST /pipe HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc".utf8), port: server.port)
            #expect(streamed.hasSuffix("\r\n\r\nabc"))
            #expect(!streamed.contains("chunked"))
        }
    }

    @Test func sends100ContinueWhenTheBodyIsRead() async throws {
        try await withServer { server in
            try await onReactor { reactor in
                let client = try await RawClient(port: server.port, on: reactor)
                defer { client.close() }
                try await client.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                try await client.send("ok")
                #expect(try await client.read(until: "ok").hasPrefix("HTTP/1.1 200 OK\r\n"))
                try await client.send(
                    "POST /ignore HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                let answer = try await client.read()
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.contains("Connection: close\r\n"))
            }
        }
    }

    @Test func closesRatherThanReadABodyThatNobodyWants() async throws {
        try await withServer { server in
            let answer = try await exchange(
                Array("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".utf8),
                port: server.port)
            #expect(answer.contains("Connection: close\r\n"))
            #expect(answer.hasSuffix("ignored"))
        }
    }

    @Test func cutsOffAResponseThatFails() async throws {
        try await withServer { server in
            let answer = try await exchange(
                Array("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n".utf8), port: server.port)
            #expect(answer.hasSuffix("4\r\npart\r\n"))
        }
    }

    @Test func endsASlowHead() async throws {
        var limits = HTTPLimits()
        limits.headTime = .milliseconds(500)
        try await withServer(limits: limits) { server in
            let answer = try await exchange(Array("GET / HTTP/1.1\r\nHost: ".utf8), port: server.port)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(try await exchange([], port: server.port) == "")
        }
    }

    @Test func closesAnIdleConnection() async throws {
        var limits = HTTPLimits()
        limits.idleTime = .milliseconds(50)
        try await withServer(limits: limits) { server in
            let answer = try await exchange(
                Array("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".utf8), port: server.port)
            #expect(answer.hasSuffix("hello"))
        }
    }

    @Test func endsABodyThatStalls() async throws {
        var limits = HTTPLimits()
        limits.progressTime = .milliseconds(50)
        try await withServer(limits: limits) { server in
            let answer = try await exchange(
                Array("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab".utf8), port: server.port
            )
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func endsAReaderThatStalls() async throws {
        var limits = HTTPLimits()
        limits.progressTime = .milliseconds(100)
        let ended = Event()
        let handler: HTTPHandler = { _ in
            HTTPServerResponse(
                status: .ok,
                body: .stream { writer in
                    defer { ended.happen() }
                    while true { try await writer.write([UInt8](repeating: 0, count: 65536)) }
                })
        }
        try await withServer(limits: limits, handler: handler) { server in
            try await onReactor { reactor in
                let client = try await RawClient(port: server.port, on: reactor)
                defer { client.close() }
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                await ended.wait()
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    ])
    func cancelsTheHandlerWhenTheClientGoesAway(_ request: String) async throws {
        let (began, ended) = (Event(), Event())
        let handler: HTTPHandler = { request in
            began.happen()
            do {
                try await request.reactor.sleep(for: .seconds(600))
            } catch {
                ended.happen()
            }
            return HTTPServerResponse(status: .ok)
        }
        try await withServer(handler: handler) { server in
            try await onReactor { reactor in
                let client = try await RawClient(port: server.port, on: reactor)
                try await client.send(request)
                await began.wait()
                client.close()
                await ended.wait()
            }
        }
    }

    @Test func refusesConnectionsOverTheLimit() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        try await withServer(limits: limits) { server in
            try await onReactor { reactor in
                let first = try await RawClient(port: server.port, on: reactor)
                defer { first.close() }
                try await first.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await first.read(until: "hello").hasSuffix("hello"))
                let second = try await RawClient(port: server.port, on: reactor)
                defer { second.close() }
                #expect(try await second.read() == "")
            }
        }
    }

    @Test func drainsWithoutFailingARequest() async throws {
        let (began, mayEnd) = (Event(), Event())
        let handler: HTTPHandler = { _ in
            began.happen()
            await mayEnd.wait()
            return text("done")
        }
        try await withServer(handler: handler) { server in
            async let answer = exchange(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), port: server.port)
            await began.wait()
            async let drained: Void = server.drain(deadline: .after(.seconds(30)))
            mayEnd.happen()
            let reply = try await answer
            #expect(reply.hasSuffix("done"))
            await drained
        }
    }

    @Test func cancelsHandlersAtTheDeadlineOfADrain() async throws {
        let (began, ended) = (Event(), Event())
        let handler: HTTPHandler = { request in
            began.happen()
            do {
                try await request.reactor.sleep(for: .seconds(600))
            } catch {
                ended.happen()
            }
            return HTTPServerResponse(status: .ok)
        }
        try await withServer(handler: handler) { server in
            async let answer = exchange(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), port: server.port)
            await began.wait()
            await server.drain(deadline: .after(.zero))
            await ended.wait()
            let reply = try await answer
            #expect(reply == "")
        }
    }
}
