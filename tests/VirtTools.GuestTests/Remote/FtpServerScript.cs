namespace VirtTools.GuestTests.Remote;

/// <summary>The ftp server of the tests: pyftpdlib, for anybody, as slow as it is told to be. What stands in an ftps address is TLS from the first byte.</summary>
internal static class FtpServerScript
{
    /// <summary>Its words are port, folder, bytes a second (0: as many as it can), and perhaps certificate and key.</summary>
    public const string Text =
        """
        import logging, sys
        from pyftpdlib import authorizers, handlers, servers

        port, folder, rate, *tls = sys.argv[1:]
        logging.disable(logging.INFO)
        authorizer = authorizers.DummyAuthorizer()
        authorizer.add_anonymous(folder)
        if tls:
            class Data(handlers.TLS_DTPHandler):
                # curl begins TLS before it asks for anything, which would be taken for the end of the connection.
                def readable(self):
                    return self._ssl_accepting or super().readable()

            class Handler(handlers.TLS_FTPHandler):
                certfile, keyfile = tls
                tls_data_required = True
                dtp_handler = Data

                def handle(self):
                    self.secure_connection(self.ssl_context)

                def handle_ssl_established(self):
                    super().handle()
        else:
            class Handler(handlers.FTPHandler):
                class dtp_handler(handlers.ThrottledDTPHandler):
                    write_limit = int(rate)

        Handler.authorizer = authorizer
        servers.FTPServer(('127.0.0.1', int(port)), Handler).serve_forever()
        """;
}
