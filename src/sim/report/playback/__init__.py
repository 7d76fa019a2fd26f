"""What the playback plays: chosen battles as series and sentences, chances over all battles, the record beside them."""
