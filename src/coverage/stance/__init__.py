"""How a text presents the vote: mentions × voice × signals → calibrated probabilities with the deciding words."""

from coverage.stance.judge import Judgement, judge_article, judge_articles, judge_lines
from coverage.stance.mentions import Mention
from coverage.stance.model import MODEL_VERSION

__all__ = ["MODEL_VERSION", "Judgement", "Mention", "judge_article", "judge_articles", "judge_lines"]
