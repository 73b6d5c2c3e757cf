"""Who says what inside a text: quotations, reported speech, scare quotes, and the speaker with his side."""

from coverage.speech.find import Quote, ScareQuote, Speech, find_speech
from coverage.speech.sentences import sentences

__all__ = ["Quote", "ScareQuote", "Speech", "find_speech", "sentences"]
